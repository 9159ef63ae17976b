package io.github.dtstream.route.testing;

import io.github.dtstream.route.model.Finding;
import java.time.Duration;
import java.util.List;

/**
 * The result of one test case. Immutable.
 *
 * @param file the test file's name in messages
 * @param line the line on which the case begins, from 1
 * @param route the id of the tested route, or the name of the tested rule or file
 * @param name the case's name
 * @param failures the differences from the expectations, each of one or several lines; empty if the case passed
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
