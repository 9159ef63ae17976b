package io.github.dtstream.camel.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of one event's message. Text and bytes are as received; the tree is parsed at most once, when a route first
 * asks for it. Used by one exchange, so by one thread at a time. The route may change the tree.
 */
public final class EventBody {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final Event event;
    private @Nullable JsonNode tree;

    EventBody(Event event) {
        this.event = event;
    }

    /** The event. */
    public Event event() {
        return event;
    }

    /** The event's JSON as a tree; every call returns the same tree. */
    public JsonNode tree() {
        if (tree == null) {
            try {
                tree = MAPPER.readTree(event.json());
            } catch (IOException e) {
                throw new UncheckedIOException("event " + event.eventId() + " was accepted but is no JSON", e);
            }
        }
        return tree;
    }

    /** The event's JSON as maps, lists, text and numbers; every call makes new ones. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> toMap() {
        return MAPPER.convertValue(tree(), Map.class);
    }

    /** The event's JSON as received. */
    @Override
    public String toString() {
        return event.toString();
    }
}
