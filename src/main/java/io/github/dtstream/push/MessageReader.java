package io.github.dtstream.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.text.Excerpt;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages: JSON objects, one after the other (such as lines) or in an array. An object is an event, or contains
 * one as its member {@code event}: a Data Connector's payload, which also has {@code labels} and {@code metadata}, a
 * record of the journal, or the stream's {@code result}. The same rules apply as to events of the stream. Not
 * thread-safe.
 */
final class MessageReader {
    private static final int LONGEST_QUOTE = 80;
    /** Two levels more than an event may have: an array, and the object around the event. */
    private static final int DEEPEST = 66;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private final String projectId;
    private final int maxEventSize;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    /**
     * @param projectId the project whose events are accepted
     * @param maxEventSize the longest event that is accepted, in bytes
     */
    MessageReader(String projectId, int maxEventSize) {
        this.projectId = projectId;
        this.maxEventSize = maxEventSize;
    }

    /**
     * All events of a message, in order. Pings are left out, as they belong to a connection.
     *
     * @param parts texts of JSON in UTF-8
     * @throws MessageRefusedException if an object is not an event, or is an event of another project
     */
    List<PushedEvent> read(List<byte[]> parts) throws MessageRefusedException {
        List<PushedEvent> events = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            new Part(parts.get(i), parts.size() == 1 ? "" : "item " + (i + 1) + " of the list: ", events).read();
        }
        return events;
    }

    /** The reading of one text of a message. */
    private final class Part {
        private final byte[] bytes;
        private final String place;
        private final List<PushedEvent> into;
        private int base;
        private int objects;
        private boolean isArray;

        Part(byte[] bytes, String place, List<PushedEvent> into) {
            this.bytes = bytes;
            this.place = place;
            this.into = into;
        }

        void read() throws MessageRefusedException {
            base = startsWithMark() ? BYTE_ORDER_MARK.length : 0;
            requireJson();
            try (JsonParser parser = JSON.createParser(bytes, base, bytes.length - base)) {
                JsonToken token;
                while ((token = parser.nextToken()) != null) {
                    if (token == JsonToken.START_ARRAY) {
                        isArray = true;
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            object(parser);
                        }
                    } else {
                        object(parser);
                    }
                }
            } catch (StreamConstraintsException e) {
                throw refused("it has more than a parser bears: " + Excerpt.of(e.getOriginalMessage(), LONGEST_QUOTE));
            } catch (JsonProcessingException e) {
                throw refused("it is not JSON at byte "
                        + (base + e.getLocation().getByteOffset()) + " (line "
                        + e.getLocation().getLineNr() + "): " + Excerpt.of(e.getOriginalMessage(), LONGEST_QUOTE));
            } catch (IOException e) {
                throw refused("the JSON parser gives up: " + e.getMessage());
            }
        }

        private boolean startsWithMark() {
            for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
                if (i >= bytes.length || bytes[i] != BYTE_ORDER_MARK[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Requires UTF-8, as the parser would otherwise guess an encoding. */
        private void requireJson() throws MessageRefusedException {
            int i = base;
            while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n')) {
                i++;
            }
            if (i == bytes.length) {
                throw refused("it is empty");
            }
            if ((bytes[i] != '{' && bytes[i] != '[') || i + 1 < bytes.length && bytes[i + 1] == 0) {
                throw refused("it is not JSON in UTF-8 that begins with { or [");
            }
        }

        private void object(JsonParser parser) throws IOException, MessageRefusedException {
            objects++;
            int line = parser.currentTokenLocation().getLineNr();
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw refused(where(line) + " is not a JSON object");
            }
            Found found = new Found(parser);
            Event event;
            try {
                event = decoder.decodeEvent(bytes, found.start, found.end - found.start);
            } catch (InvalidRecordException e) {
                throw refused(where(line) + " is no event: " + e.getMessage());
            }
            if (event.json().length > maxEventSize) {
                throw refused(where(line) + " has " + event.json().length + " bytes, more than maxEventSize, which is "
                        + maxEventSize);
            }
            if (!event.projectId().equals(projectId)) {
                throw refused(where(line) + " is of the project " + event.projectId() + ", and this appends to "
                        + projectId + ": send it to dt-stream:" + event.projectId());
            }
            if (!event.isPing()) {
                into.add(new PushedEvent(event, found.deviceOf(event)));
            }
        }

        private String where(int line) {
            String object = isArray ? "element " + objects : "object " + objects;
            return line == 1 && objects == 1 && !isArray ? "it" : object + " (line " + line + ")";
        }

        private MessageRefusedException refused(String reason) {
            return new MessageRefusedException("the message is refused as a whole: " + place + reason);
        }

        /** The position of an event, and the data about its device beside it. */
        private final class Found {
            private int start;
            private int end;
            private boolean isEvent;
            private Map<String, String> labels = Map.of();
            private Map<String, String> metadata = Map.of();

            /** Reads the object whose opening brace is the parser's current token. */
            Found(JsonParser parser) throws IOException {
                int objectStart = start(parser);
                int inner = -1;
                int innerEnd = -1;
                String name;
                while ((name = parser.nextFieldName()) != null) {
                    boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
                    if (name.equals("event") && isObject) {
                        inner = start(parser);
                        parser.skipChildren();
                        innerEnd = end(parser);
                    } else if (name.equals("result") && isObject) {
                        Found result = new Found(parser);
                        inner = result.start;
                        innerEnd = result.end;
                    } else if (name.equals("labels") && isObject) {
                        labels = texts(parser);
                    } else if (name.equals("metadata") && isObject) {
                        metadata = texts(parser);
                    } else {
                        isEvent |= name.equals("eventId");
                        parser.skipChildren();
                    }
                }
                boolean isAround = inner >= 0 && !isEvent;
                start = isAround ? inner : objectStart;
                end = isAround ? innerEnd : end(parser);
            }

            private int start(JsonParser parser) {
                return base + (int) parser.currentTokenLocation().getByteOffset();
            }

            private int end(JsonParser parser) {
                return base + (int) parser.currentLocation().getByteOffset();
            }

            private Map<String, String> texts(JsonParser parser) throws IOException {
                Map<String, String> texts = new HashMap<>();
                String name;
                while ((name = parser.nextFieldName()) != null) {
                    if (parser.nextToken() == JsonToken.VALUE_STRING) {
                        texts.put(name.intern(), parser.getText());
                    } else {
                        parser.skipChildren();
                    }
                }
                return texts;
            }

            /**
             * The device of the event; null if the message has no type for it, as the device list may know more then.
             */
            @Nullable
            Device deviceOf(Event event) {
                String id = event.deviceId();
                String type = metadata.getOrDefault("deviceType", "");
                if (id == null || isEvent || type.isEmpty() || !id.equals(metadata.get("deviceId"))) {
                    return null;
                }
                return new Device(
                        id,
                        type.intern(),
                        metadata.getOrDefault("productNumber", "").intern(),
                        labels);
            }
        }
    }
}
