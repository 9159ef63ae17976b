package io.github.dtstream.camel.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * The conversions of an {@link EventBody} to text, bytes, a stream, a map, a Jackson tree; of gathered records to
 * lines; and of a JSON tree to one line.
 */
public final class EventConverters {
    private EventConverters() {}

    /** Registers the conversions in a Camel context. */
    public static void register(TypeConverterRegistry registry) {
        add(registry, String.class, EventBody::toString);
        add(registry, byte[].class, body -> body.event().json().clone());
        add(
                registry,
                InputStream.class,
                body -> new ByteArrayInputStream(body.event().json()));
        add(registry, Map.class, EventBody::toMap);
        add(registry, JsonNode.class, EventBody::tree);
        addTree(registry, ObjectNode.class);
        addTree(registry, ArrayNode.class);
        addLines(registry, String.class, lines -> lines);
        addLines(registry, byte[].class, lines -> lines.getBytes(StandardCharsets.UTF_8));
        addLines(
                registry, InputStream.class, lines -> new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    }

    private static <T> void add(TypeConverterRegistry registry, Class<T> target, Function<EventBody, T> conversion) {
        registry.addTypeConverter(
                target,
                EventBody.class,
                new SimpleTypeConverter(
                        false,
                        (Class<?> type, Exchange exchange, Object value) -> conversion.apply((EventBody) value)));
    }

    /** Writes a tree on one line, as each record is a line; Camel's own conversion would add line breaks. */
    private static void addTree(TypeConverterRegistry registry, Class<? extends JsonNode> tree) {
        registry.addTypeConverter(
                String.class,
                tree,
                new SimpleTypeConverter(false, (Class<?> type, Exchange exchange, Object value) -> value.toString()));
    }

    private static <T> void addLines(TypeConverterRegistry registry, Class<T> target, Function<String, T> conversion) {
        registry.addTypeConverter(
                target,
                Records.class,
                new SimpleTypeConverter(
                        false,
                        (Class<?> type, Exchange exchange, Object value) ->
                                conversion.apply(((Records) value).lines(exchange))));
    }
}
