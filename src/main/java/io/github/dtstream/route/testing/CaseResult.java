package io.github.dtstream.route.testing;

import io.github.dtstream.route.model.Finding;
import java.time.Duration;
import java.util.List;

/**
 * What came of one test case. Immutable.
 *
 * @param file the test file, as messages name it
 * @param line where the case begins in it, from 1
 * @param route the route's id
 * @param name the case's name
 * @param failures what was not as expected, each in one or several lines; empty if the case passed
 * @param duration how long it took
 */
public record CaseResult(String file, int line, String route, String name, List<String> failures, Duration duration) {
    public CaseResult {
        failures = List.copyOf(failures);
    }

    public boolean passed() {
        return failures.isEmpty();
    }

    /** The failures as findings, for a gate or an editor. */
    public List<Finding> findings() {
        return failures.stream()
                .map(failure -> new Finding(
                        file,
                        line,
                        1,
                        Finding.Severity.ERROR,
                        "test '" + name + "' of " + route + ": " + failure,
                        null))
                .toList();
    }

    @Override
    public String toString() {
        String outcome = (passed() ? "ok   " : "FAIL ") + route + ": " + name + " (" + duration.toMillis() + " ms)";
        return passed()
                ? outcome
                : outcome + "\n" + String.join("\n", failures).indent(5).stripTrailing();
    }
}
