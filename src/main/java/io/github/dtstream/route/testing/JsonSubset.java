package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares JSON with an expectation; an object may have further fields. Pure. */
final class JsonSubset {
    private JsonSubset() {}

    /** The differences, a line each, such as {@code data.value: expected 21.5, was 20}; empty if there are none. */
    static List<String> differences(JsonNode expected, @Nullable JsonNode actual) {
        List<String> differences = new ArrayList<>();
        compare("", expected, actual, differences);
        return differences;
    }

    private static void compare(String path, JsonNode expected, @Nullable JsonNode actual, List<String> found) {
        if (actual == null || actual.isMissingNode()) {
            found.add(at(path) + "expected " + expected + ", but it is missing");
        } else if (expected.isObject() && actual.isObject()) {
            expected.properties()
                    .forEach(field -> compare(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue(),
                            actual.get(field.getKey()),
                            found));
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(path + "[" + i + "]", expected.get(i), actual.get(i), found);
            }
        } else if (!equal(expected, actual)) {
            found.add(at(path) + "expected " + expected + ", was " + actual);
        }
    }

    /** 21.0 and 21 are the same number. */
    private static boolean equal(JsonNode expected, JsonNode actual) {
        return expected.isNumber() && actual.isNumber()
                ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                : expected.equals(actual);
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }
}
