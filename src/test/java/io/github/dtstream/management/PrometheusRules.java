package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules of Prometheus for the text of metrics and their names. */
public final class PrometheusRules {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z0-9_]+)(\\{[a-z_]+=\"[^\"]*\"(?:,[a-z_]+=\"[^\"]*\")*})? [-+0-9.eEINaNf]+");

    /** Units that are not base units. */
    private static final Pattern NO_BASE_UNIT = Pattern.compile(
            ".*_(?:ms|millis|milliseconds|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(?:_total)?");

    private PrometheusRules() {}

    /** Checks a text against the rules; returns the types of its families by name. */
    public static Map<String, String> check(String text) {
        List<String> lines = text.lines().toList();
        Map<String, String> types = new HashMap<>();
        for (String line : lines) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                assertThat(types.put(words[2], words[3]))
                        .as("a second TYPE of " + words[2])
                        .isNull();
                assertThat(lines)
                        .as("HELP of " + words[2])
                        .filteredOn(other -> other.startsWith("# HELP " + words[2] + " "))
                        .hasSize(1)
                        .allMatch(help -> help.length() > words[2].length() + 10);
            }
        }
        types.forEach((name, type) -> {
            assertThat(name.endsWith("_total")).as(name + " is a " + type).isEqualTo(type.equals("counter"));
            assertThat(name).doesNotMatch(NO_BASE_UNIT);
        });
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("#"))
                .doesNotHaveDuplicates()
                .allMatch(line -> SAMPLE.matcher(line).matches())
                .allMatch(line -> types.keySet().stream().anyMatch(line::startsWith));
        return types;
    }
}
