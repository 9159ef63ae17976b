package io.github.dtstream.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tables in Markdown: medians of the runs, and the ratio of the router to each contender. */
final class Report {
    private Report() {}

    static String machine() {
        Runtime runtime = Runtime.getRuntime();
        return String.format(
                "%s, %s, %d processors (%s), %s %s, load %.1f%n",
                LocalDate.now(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                runtime.availableProcessors(),
                processor(),
                System.getProperty("java.vm.name"),
                Runtime.version(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    static String throughput(String title, Map<String, List<Throughput>> results) {
        List<Throughput> router = results.getOrDefault("router", List.of());
        double warm = median(router, Throughput::warmPerSecond);
        double cold = median(router, Throughput::perSecond);
        return table(
                title,
                "",
                results,
                List.of(
                        new Column<>("N", runs -> format("%,d", runs.get(0).events())),
                        spread("events/s, warm [least..most]", Throughput::warmPerSecond),
                        new Column<>(
                                "router ÷ this, warm", runs -> ratio(warm, median(runs, Throughput::warmPerSecond))),
                        spread("events/s, whole run from cold", Throughput::perSecond),
                        new Column<>(
                                "router ÷ this, from cold", runs -> ratio(cold, median(runs, Throughput::perSecond))),
                        median("CPU s per million, warm", "%.1f", Throughput::warmCpu),
                        median("from cold, start included", "%.1f", Throughput::cpu),
                        new Column<>("broker's", runs -> unlessZero(median(runs, Throughput::brokerCpu))),
                        median("peak RSS MB", "%.0f", Throughput::megabytes),
                        new Column<>("RSS MB at each quarter", Report::quarters),
                        new Column<>("delivered", Report::delivered)));
    }

    private static String ratio(double ours, double theirs) {
        return ours > 0 && theirs > 0 ? format("%.2f", ours / theirs) : "";
    }

    private static String unlessZero(double figure) {
        return figure == 0 ? "" : format("%.1f", figure);
    }

    private static String delivered(List<Throughput> runs) {
        long incomplete = runs.stream().filter(run -> !run.isWhole()).count();
        return incomplete == 0 ? "all" : "not all in " + incomplete + " of " + runs.size();
    }

    private static String quarters(List<Throughput> runs) {
        return IntStream.range(0, runs.get(0).resident().size())
                .mapToObj(i -> format("%.0f", median(runs, run -> run.resident().get(i))))
                .collect(Collectors.joining(", "));
    }

    static String latency(String title, Map<String, List<Latency>> results) {
        return table(
                title,
                "",
                results,
                List.of(
                        median("p50 ms", "%.2f", Latency::median),
                        median("p99 ms", "%.2f", Latency::p99),
                        median("max ms", "%.1f", Latency::max),
                        median("start to first event, ms", "%.0f", Latency::startMillis),
                        median("CPU, % of a core, second half", "%.2f", Latency::idlePercent),
                        median("from the tenth second on", "%.2f", Latency::percent),
                        new Column<>("events", runs -> format("%,d", runs.get(0).events()))));
    }

    static String start(String title, Map<String, List<Start>> results) {
        return table(
                title,
                "",
                results,
                List.of(
                        spread("ms [least..most]", Start::millis),
                        median("CPU s", "%.2f", Start::cpu),
                        median("RSS MB", "%.0f", Start::megabytes)));
    }

    static String backlog(String title, Backlog result) {
        return table(
                title,
                "events",
                Map.of(format("%,d", result.events()), List.of(result)),
                List.of(
                        median("RSS MB at half", "%.0f", Backlog::half),
                        median("at all", "%.0f", Backlog::full),
                        median("at most", "%.0f", Backlog::peak),
                        median("delivered by the broker", "%,.0f", Backlog::delivered),
                        median("in s", "%.0f", Backlog::seconds)));
    }

    static String manyStreams(String title, List<ManyStreams> results) {
        Map<String, List<ManyStreams>> rows = new LinkedHashMap<>();
        results.forEach(result -> rows.put(String.valueOf(result.streams()), List.of(result)));
        return table(
                title,
                "projects",
                rows,
                List.of(
                        median("events", "%,.0f", ManyStreams::events),
                        median("events/s, start included", "%,.0f", ManyStreams::perSecond),
                        median("second half", "%,.0f", ManyStreams::warmPerSecond),
                        median("CPU s per million", "%.1f", ManyStreams::cpu),
                        median("peak RSS MB", "%.0f", ManyStreams::megabytes),
                        median("CPU afterwards, % of a core", "%.2f", ManyStreams::idlePercent)));
    }

    /** A column: its heading, and its cell for the runs of a row. */
    private record Column<T>(String heading, Function<List<T>, String> cell) {}

    private static <T> Column<T> median(String heading, String format, ToDoubleFunction<T> figure) {
        return new Column<>(heading, runs -> format(format, median(runs, figure)));
    }

    private static <T> Column<T> spread(String heading, ToDoubleFunction<T> figure) {
        return new Column<>(heading, runs -> {
            DoubleSummaryStatistics all = runs.stream().mapToDouble(figure).summaryStatistics();
            return format("%,.0f [%,.0f..%,.0f]", median(runs, figure), all.getMin(), all.getMax());
        });
    }

    /** @param rows the runs of each row, by the text of its first column */
    private static <T> String table(String title, String corner, Map<String, List<T>> rows, List<Column<T>> columns) {
        StringBuilder table = new StringBuilder("\n### " + title + "\n\n");
        line(table, corner, columns, Column::heading);
        table.append("|---".repeat(columns.size() + 1)).append("|\n");
        rows.forEach((name, runs) ->
                line(table, name, columns, column -> column.cell().apply(runs)));
        return table.toString();
    }

    private static <T> void line(
            StringBuilder table, String first, List<Column<T>> columns, Function<Column<T>, String> cell) {
        table.append(Stream.concat(Stream.of(first), columns.stream().map(cell))
                .collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
