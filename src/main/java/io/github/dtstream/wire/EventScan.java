package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event object in one pass: its fields, in any order, and the position of its data. Of a repeated key the last
 * one counts. Not thread-safe; reused for each event.
 */
final class EventScan {
    private static final byte[] NO_DATA = ",\"data\":null".getBytes(StandardCharsets.US_ASCII);
    private static final int NULL_LENGTH = "null".length();

    private final DataMembers members = new DataMembers();

    private @Nullable String eventId;
    private @Nullable String eventType;
    private @Nullable String targetName;
    private @Nullable String timestamp;
    private boolean found;
    private int start;
    private int end;
    private int dataStart;
    private int dataEnd;

    /** Removes the last event. */
    void clear() {
        found = false;
        eventId = null;
        eventType = null;
        targetName = null;
        timestamp = null;
        forgetData();
    }

    boolean found() {
        return found;
    }

    /** Reads the object from its opening brace, which is the parser's current token. */
    void read(JsonParser parser) throws IOException {
        clear();
        found = true;
        start = tokenStart(parser);
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "eventId" -> eventId = text(parser, value);
                case "eventType" -> eventType = text(parser, value);
                case "targetName" -> targetName = text(parser, value);
                case "timestamp" -> timestamp = text(parser, value);
                case "data" -> readData(parser, value);
                default -> parser.skipChildren();
            }
        }
        end = tokenEnd(parser);
    }

    /** Takes the fields of an event that {@link CompactScan} has read. */
    void found(
            int from,
            int to,
            @Nullable String id,
            @Nullable String target,
            @Nullable String type,
            @Nullable String time) {
        found = true;
        start = from;
        end = to;
        eventId = id;
        targetName = target;
        eventType = type;
        timestamp = time;
    }

    /** Takes the position of its data. */
    void data(int from, int to) {
        dataStart = from;
        dataEnd = to;
    }

    /** Takes the position of a member of its data. */
    void member(String name, int from, int to) {
        members.add(name, from, to);
    }

    /** The event, checked. */
    Event toEvent(byte[] buffer, int offset) throws InvalidRecordException {
        String id = InvalidRecordException.requireIdentifier("eventId", present("eventId", eventId));
        String type = InvalidRecordException.requireIdentifier("eventType", present("eventType", eventType));
        TargetName target = TargetName.parse(present("targetName", targetName));
        String time = present("timestamp", timestamp);
        if (!Rfc3339.isTimestamp(time)) {
            throw new InvalidRecordException("timestamp is no RFC 3339 time with zone, of 1970 or later");
        }
        return dataStart < 0
                ? withoutData(buffer, offset, id, type, target, time)
                : withData(buffer, offset, id, type, target, time);
    }

    private Event withData(byte[] buffer, int offset, String id, String type, TargetName target, String time) {
        byte[] json = RecordBytes.copyAsOneLine(buffer, offset + start, end - start, 0);
        int own = members.find(type);
        int from = own < 0 ? dataStart : members.start(own);
        int to = own < 0 ? dataEnd : members.end(own);
        return new Event(id, type, target.projectId(), target.deviceId(), time, json, from - start, to - from);
    }

    /** Adds {@code data}, so that every event has it: a writer that omits nulls leaves it out for a ping. */
    private Event withoutData(byte[] buffer, int offset, String id, String type, TargetName target, String time) {
        int length = end - start;
        byte[] json = RecordBytes.copyAsOneLine(buffer, offset + start, length, NO_DATA.length);
        System.arraycopy(NO_DATA, 0, json, length - 1, NO_DATA.length);
        json[json.length - 1] = '}';
        int nullStart = json.length - 1 - NULL_LENGTH;
        return new Event(id, type, target.projectId(), target.deviceId(), time, json, nullStart, NULL_LENGTH);
    }

    private void readData(JsonParser parser, JsonToken value) throws IOException {
        forgetData();
        dataStart = tokenStart(parser);
        if (value == JsonToken.START_OBJECT) {
            String name;
            while ((name = parser.nextFieldName()) != null) {
                parser.nextToken();
                int memberStart = tokenStart(parser);
                skipValue(parser);
                members.add(name, memberStart, tokenEnd(parser));
            }
        } else {
            skipValue(parser);
        }
        dataEnd = tokenEnd(parser);
    }

    private void forgetData() {
        members.clear();
        dataStart = -1;
        dataEnd = -1;
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private static String present(String name, @Nullable String text) throws InvalidRecordException {
        if (text == null) {
            throw new InvalidRecordException(name + " is missing or no string");
        }
        return text;
    }

    /** The parser reads strings lazily; after finishing one, its position is the end of the value. */
    private static void skipValue(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken();
    }

    private static int tokenStart(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int tokenEnd(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }
}
