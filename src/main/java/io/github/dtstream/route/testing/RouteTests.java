package io.github.dtstream.route.testing;

import io.github.dtstream.route.model.FileStamp;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.testing.TestFile.Case;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/**
 * Runs the {@code *.test.yaml} files beside routes. The given events of a case go through the real route, with its
 * sinks replaced, in a context of its own; the deliveries are compared with the expected ones. A test of alarm rules
 * gives values to the rules instead. Nothing connects and nothing is written. Thread-safe.
 */
public final class RouteTests {
    /** How deep in the folders below the routes files of events are looked for. */
    private static final int DEPTH = 3;

    private final Consumer<CamelContext> equipment;
    private final EventMessageFactory parts;
    private final Ticker ticker;

    /**
     * @param equipment gives a new context the beans and components that routes may refer to
     * @param parts makes messages of the given events
     * @param ticker measures how long each case takes
     */
    public RouteTests(Consumer<CamelContext> equipment, EventMessageFactory parts, Ticker ticker) {
        this.equipment = equipment;
        this.parts = parts;
        this.ticker = ticker;
    }

    /**
     * Runs every test file of a directory, in the order of their names.
     *
     * @param properties the values of placeholders; a case may give others
     * @throws IOException if the directory or a file cannot be read
     */
    public List<CaseResult> run(Path directory, Map<String, String> properties) throws IOException {
        RouteFiles routes = RouteFiles.read(directory);
        List<CaseResult> results = new ArrayList<>();
        for (Path path : list(directory)) {
            TestFile tests = TestFile.parse(RouteFile.read(path));
            if (tests.findings().isEmpty()) {
                for (Case one : tests.cases()) {
                    results.add(run(routes, tests, one, properties));
                }
            } else {
                results.addAll(broken(tests));
            }
        }
        return results;
    }

    /** A gate for the reloader: its findings are the failures of a directory's tests. */
    public RouteGate gate() {
        return new Gate();
    }

    private final class Gate implements RouteGate {
        @Override
        public List<Finding> check(Path directory, Map<String, String> properties) {
            try {
                return run(directory, properties).stream()
                        .flatMap(result -> result.findings().stream())
                        .toList();
            } catch (IOException e) {
                String message = "the tests cannot be read: " + e;
                return List.of(new Finding(directory.toString(), 0, 0, Finding.Severity.ERROR, message, null));
            }
        }

        /** The tests, and the files beside them from which tests take events. */
        @Override
        public Object input(Path directory) {
            try (Stream<Path> files = Files.walk(directory, DEPTH)) {
                return files.filter(path -> !RouteFiles.isRead(path) && Files.isRegularFile(path))
                        .collect(Collectors.toMap(path -> path, FileStamp::of));
            } catch (IOException | UncheckedIOException e) {
                return "unreadable";
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(RouteFiles::isTest)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static List<CaseResult> broken(TestFile tests) {
        String file = tests.file().label();
        return tests.findings().stream()
                .map(finding -> new CaseResult(
                        file,
                        finding.line(),
                        tests.tested(),
                        "the test file",
                        List.of(finding.toString()),
                        Duration.ZERO))
                .toList();
    }

    private CaseResult run(RouteFiles routes, TestFile tests, Case one, Map<String, String> properties) {
        Map<String, String> values = new HashMap<>(properties);
        one.fields()
                .path("properties")
                .properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        long begun = ticker.nanos();
        List<String> failures = new ArrayList<>();
        try {
            if (tests.isOfAlarms()) {
                failures.addAll(AlarmTestRun.run(routes, tests, one, values));
            } else {
                failures.addAll(ofRoute(routes, tests, one, values));
            }
        } catch (Exception e) {
            failures.add("the test cannot be run: " + FailureReason.of(e));
        }
        Duration took = Duration.ofNanos(ticker.nanos() - begun);
        return new CaseResult(tests.file().label(), one.line(), tests.tested(), one.name(), failures, took);
    }

    private List<String> ofRoute(RouteFiles routes, TestFile tests, Case one, Map<String, String> values)
            throws Exception {
        try (RouteTestRun run = new RouteTestRun(routes, values, equipment, parts)) {
            return run.run(tests, one);
        }
    }
}
