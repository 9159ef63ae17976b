package io.github.dtstream.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Tables in Markdown: medians of the runs, and the ratio of ours to each. */
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

    static String throughput(String title, List<Contender> contenders, Map<String, List<Throughput>> results) {
        StringBuilder table = new StringBuilder("\n### " + title + "\n\n"
                + "| | N | events/s, warm [least..most] | whole run | router ÷ this, warm | CPU s per million, warm"
                + " | whole run | broker's | peak RSS MB | delivered |\n"
                + "|---|---|---|---|---|---|---|---|---|---|\n");
        double ours = median(results.getOrDefault("router", List.of()), Throughput::warmPerSecond);
        for (Contender contender : contenders) {
            List<Throughput> runs = results.get(contender.name());
            double warm = median(runs, Throughput::warmPerSecond);
            long short_ = runs.stream()
                    .mapToLong(run -> run.events() - run.delivered())
                    .filter(lost -> lost > 0)
                    .count();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,.0f [%,.0f..%,.0f] | %,.0f | %s | %.1f | %.1f | %s | %.0f | %s |%n",
                    contender.name(),
                    runs.get(0).events(),
                    warm,
                    runs.stream().mapToDouble(Throughput::warmPerSecond).min().orElse(0),
                    runs.stream().mapToDouble(Throughput::warmPerSecond).max().orElse(0),
                    median(runs, Throughput::perSecond),
                    ours > 0 && warm > 0 ? String.format(Locale.ROOT, "%.2f", ours / warm) : "",
                    median(runs, Throughput::warmCpu),
                    median(runs, Throughput::cpu),
                    median(runs, Throughput::brokerCpu) == 0
                            ? ""
                            : String.format(Locale.ROOT, "%.1f", median(runs, Throughput::brokerCpu)),
                    median(runs, Throughput::megabytes),
                    short_ == 0 ? "all" : "not all in " + short_ + " of " + runs.size()));
        }
        return table.toString();
    }

    static String latency(String title, List<Contender> contenders, Map<String, List<Latency>> results) {
        StringBuilder table = new StringBuilder("\n### " + title + "\n\n"
                + "| | p50 ms | p99 ms | max ms | start to first event, ms | CPU, % of a core | events |\n"
                + "|---|---|---|---|---|---|---|\n");
        for (Contender contender : contenders) {
            List<Latency> runs = results.get(contender.name());
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.1f | %.0f | %.2f | %,d |%n",
                    contender.name(),
                    median(runs, Latency::median),
                    median(runs, Latency::p99),
                    median(runs, Latency::max),
                    median(runs, Latency::startMillis),
                    median(runs, Latency::idlePercent),
                    runs.get(0).events()));
        }
        return table.toString();
    }

    static String start(String title, List<Contender> contenders, Map<String, List<Start>> results) {
        StringBuilder table = new StringBuilder(
                "\n### " + title + "\n\n| | ms [least..most] | CPU s | RSS MB |\n|---|---|---|---|\n");
        for (Contender contender : contenders) {
            List<Start> runs = results.get(contender.name());
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f [%,.0f..%,.0f] | %.2f | %.0f |%n",
                    contender.name(),
                    median(runs, Start::millis),
                    runs.stream().mapToDouble(Start::millis).min().orElse(0),
                    runs.stream().mapToDouble(Start::millis).max().orElse(0),
                    median(runs, Start::cpu),
                    median(runs, Start::megabytes)));
        }
        return table.toString();
    }

    static String backlog(String title, Backlog result) {
        return String.format(
                Locale.ROOT,
                "%n### %s%n%n| events | RSS MB at half | at all | at most | delivered by the broker | in s |%n"
                        + "|---|---|---|---|---|---|%n| %,d | %.0f | %.0f | %.0f | %,d | %.0f |%n",
                title,
                result.events(),
                result.half(),
                result.full(),
                result.peak(),
                result.delivered(),
                result.seconds());
    }

    static String manyStreams(String title, List<ManyStreams> results) {
        StringBuilder table = new StringBuilder("\n### " + title
                + "\n\n| projects | events | events/s, start included | CPU s per million | peak RSS MB"
                + " | CPU afterwards, % of a core |\n|---|---|---|---|---|---|\n");
        for (ManyStreams result : results) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %d | %,d | %,.0f | %.1f | %.0f | %.2f |%n",
                    result.streams(),
                    result.events(),
                    result.perSecond(),
                    result.cpu(),
                    result.megabytes(),
                    result.idlePercent()));
        }
        return table.toString();
    }

    private static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
