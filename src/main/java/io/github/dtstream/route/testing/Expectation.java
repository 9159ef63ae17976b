package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.support.PatternHelper;

/**
 * One expectation about deliveries. Immutable.
 *
 * @param fields {@code to}, {@code count}, {@code fileName} or {@code topic}, {@code header}, {@code body} or {@code text}
 */
record Expectation(JsonNode fields) {
    /** The keys that an expectation may have. */
    static final List<String> KEYS = List.of("to", "count", "fileName", "topic", "header", "body", "text");

    int count() {
        return fields.path("count").asInt(1);
    }

    /**
     * Removes the expected deliveries from the list; returns the failure if there are too few, with the nearest
     * delivery.
     */
    Optional<String> claim(List<Delivery> deliveries) {
        int found = 0;
        for (Iterator<Delivery> all = deliveries.iterator(); all.hasNext() && found < count(); ) {
            Delivery delivery = all.next();
            if (goesTo(delivery) && differences(delivery).isEmpty()) {
                all.remove();
                found++;
            }
        }
        if (found == count()) {
            return Optional.empty();
        }
        String expected = "expected " + count() + " to " + to() + ", found " + found;
        return Optional.of(expected + nearest(deliveries));
    }

    private String nearest(List<Delivery> deliveries) {
        return deliveries.stream()
                .filter(this::goesTo)
                .min(Comparator.comparingInt(delivery -> differences(delivery).size()))
                .map(delivery -> "; the nearest was " + delivery + "\n  " + String.join("\n  ", differences(delivery)))
                .orElse("");
    }

    private String to() {
        return fields.path("to").asText("*");
    }

    private boolean goesTo(Delivery delivery) {
        return PatternHelper.matchPattern(delivery.endpoint(), to());
    }

    private List<String> differences(Delivery delivery) {
        List<String> found = new ArrayList<>();
        for (String name : List.of("fileName", "topic")) {
            if (fields.has(name) && !fields.path(name).asText().equals(delivery.name())) {
                found.add(name + ": expected " + fields.path(name).asText() + ", was " + delivery.name());
            }
        }
        fields.path("header").properties().forEach(header -> {
            String actual = Objects.toString(delivery.headers().get(header.getKey()), null);
            if (!header.getValue().asText().equals(actual)) {
                found.add("header " + header.getKey() + ": expected "
                        + header.getValue().asText() + ", was " + actual);
            }
        });
        if (fields.has("text") && !fields.path("text").asText().equals(delivery.text())) {
            found.add("text: expected " + fields.path("text").asText() + "\n  text: was      " + delivery.text());
        }
        if (fields.has("body")) {
            found.addAll(delivery.json()
                    .map(json -> JsonSubset.differences(fields.path("body"), json))
                    .orElseGet(() -> List.of("the body is not JSON: " + delivery.text())));
        }
        return found;
    }
}
