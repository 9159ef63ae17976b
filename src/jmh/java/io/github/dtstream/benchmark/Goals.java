package io.github.dtstream.benchmark;

import io.github.dtstream.benchmark.Benchmark.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The goals, beside the medians that a run of the benchmark measured. Not thread-safe. */
final class Goals {
    private static final String ROUTER = "router";
    private static final String SMALL = "router -Xmx64m";
    private static final String BARE = "bare Java loop";

    private final List<Goal> goals = new ArrayList<>();

    /** @param isLeast whether the bound is a minimum; otherwise a maximum */
    private record Goal(String name, boolean isLeast, double bound, double measured, String format, String beside) {
        boolean isReached() {
            return isLeast ? measured >= bound : measured <= bound;
        }

        String row() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s " + format + " | " + format + " | %s | %s |",
                    name,
                    isLeast ? "≥" : "≤",
                    bound,
                    measured,
                    isReached() ? "yes" : "**no**",
                    beside);
        }
    }

    void ofStart(Map<String, List<Start>> starts) {
        most("start to the first event, ms, with the archive", 1000, of("router with AppCDS", starts, Start::millis));
        most("the same without", 1800, of(ROUTER, starts, Start::millis));
    }

    void ofThroughput(Scenario scenario, Map<String, List<Throughput>> runs) {
        if (scenario == Scenario.FILES) {
            ratio("files ÷ bare Java loop, warm", 1.0, ROUTER, BARE, runs, Throughput::warmPerSecond);
            ratio("the same from cold", 0.8, ROUTER, BARE, runs, Throughput::perSecond);
            ratio("files ÷ Node.js' loop, warm", 1.9, ROUTER, "Node.js loop", runs, Throughput::warmPerSecond);
            ratio("files ÷ Python's loop, warm", 3.0, ROUTER, "Python loop", runs, Throughput::warmPerSecond);
            add(
                    "CPU s per million events, warm",
                    false,
                    3.5,
                    of(ROUTER, runs, Throughput::warmCpu),
                    "%.1f",
                    String.format(Locale.ROOT, "bare loop %.1f", of(BARE, runs, Throughput::warmCpu)));
            ratio("files, `-Xmx64m` ÷ default heap, warm", 0.8, SMALL, ROUTER, runs, Throughput::warmPerSecond);
            ratio("the same from cold", 0.8, SMALL, ROUTER, runs, Throughput::perSecond);
            most("peak RSS MB, `-Xmx64m`", 200, of(SMALL, runs, Throughput::megabytes));
            most("peak RSS MB, `-Xmx256m`", 300, of("router -Xmx256m", runs, Throughput::megabytes));
            most("peak RSS MB, no heap said", 300, of(ROUTER, runs, Throughput::megabytes));
            most("peak RSS MB, as in the image", 128, of("router as in the image", runs, Throughput::megabytes));
        } else if (scenario == Scenario.MQTT) {
            ratio("MQTT ÷ bare HiveMQ loop, from cold", 1.0, ROUTER, "bare HiveMQ loop", runs, Throughput::perSecond);
            ratio("the same, warm", 1.0, ROUTER, "bare HiveMQ loop", runs, Throughput::warmPerSecond);
        }
    }

    void ofStreams(List<ManyStreams> results) {
        ManyStreams one = results.isEmpty() ? null : results.get(0);
        for (ManyStreams many : results) {
            if (one != null && many != one) {
                String name = many.streams() + " projects with 256 MB ÷ " + one.streams();
                least(name + ", second half", 0.8, many.warmPerSecond() / one.warmPerSecond());
                least("the same, start included", 0.8, many.perSecond() / one.perSecond());
            }
        }
    }

    void ofQuiet(Scenario scenario, Map<String, List<Latency>> runs) {
        String to = scenario == Scenario.FILES1 ? "files" : "MQTT";
        add(
                "CPU at one event a second to " + to + ", % of a core, from the tenth second on",
                false,
                0.5,
                of(ROUTER, runs, Latency::percent),
                "%.2f",
                String.format(Locale.ROOT, "bare loop %.2f", of(BARE, runs, Latency::percent)));
    }

    /** The table in Markdown; empty if no figure with a goal was measured. */
    String table() {
        return goals.isEmpty()
                ? ""
                : goals.stream()
                        .map(Goal::row)
                        .collect(Collectors.joining(
                                "\n",
                                "\n### Goals\n\n| | goal | measured | reached | beside it |\n|---|---|---|---|---|\n",
                                "\n"));
    }

    private <T> void ratio(
            String name,
            double bound,
            String ours,
            String theirs,
            Map<String, List<T>> runs,
            ToDoubleFunction<T> figure) {
        least(name, bound, of(ours, runs, figure) / of(theirs, runs, figure));
    }

    private void least(String name, double bound, double measured) {
        add(name, true, bound, measured, "%.2f", "");
    }

    private void most(String name, double bound, double measured) {
        add(name, false, bound, measured, "%.0f", "");
    }

    /** Adds a row, unless the figure was not measured. */
    private void add(String name, boolean isLeast, double bound, double measured, String format, String beside) {
        if (!Double.isNaN(measured)) {
            goals.add(new Goal(name, isLeast, bound, measured, format, beside));
        }
    }

    /** The median; NaN if the contender did not take part. */
    private static <T> double of(String contender, Map<String, List<T>> runs, ToDoubleFunction<T> figure) {
        List<T> own = runs.getOrDefault(contender, List.of());
        return own.isEmpty() ? Double.NaN : Report.median(own, figure);
    }
}
