package io.github.dtstream.benchmark;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A block of rendered lines of an event stream. Each line is a separate HTTP chunk, as a streaming gateway flushes it,
 * of about 360 bytes. The event types are mixed as in a project; every hundredth line is a ping. Before lines are sent,
 * only the digits of the events' identifiers are rewritten, and their time stamps if latency is measured. Not
 * thread-safe.
 */
final class EventLines {
    /** A project that needs no setting. */
    static final String PROJECT = "benchmark0project000";

    static final int DIGITS = 12;
    private static final int PING_EVERY = 100;
    private static final int DEVICES = 500;
    private static final String ANY_TIME = "2026-01-01T00:00:00.000000Z";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final SplittableRandom random = new SplittableRandom(42);
    private final byte[] bytes;
    private final int[] ends;
    private final int[] identifiers;
    private final int[] times;
    private final int[] eventsBefore;

    private EventLines(int lines, String device) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ends = new int[lines];
        identifiers = new int[lines];
        times = new int[lines];
        eventsBefore = new int[lines + 1];
        for (int i = 0; i < lines; i++) {
            boolean ping = i % PING_EVERY == PING_EVERY - 1;
            String line = ping ? ping() : event(device == null ? device() : device);
            int start = out.size() + header(line).length();
            identifiers[i] = ping ? -1 : start + line.indexOf("0".repeat(DIGITS));
            times[i] = ping ? -1 : start + line.lastIndexOf(ANY_TIME);
            eventsBefore[i + 1] = eventsBefore[i] + (ping ? 0 : 1);
            out.writeBytes(chunk(line));
            ends[i] = out.size();
        }
        bytes = out.toByteArray();
    }

    /** Makes a block of events of all devices. */
    static EventLines block(int lines) {
        return new EventLines(lines, null);
    }

    /** Makes one event of a device, so that a reader can wait for its topic. */
    static EventLines single(String device) {
        return new EventLines(1, device);
    }

    static byte[] chunk(String line) {
        return (header(line) + line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static String ping() {
        return "{\"result\":{\"event\":{\"eventId\":\"" + "0".repeat(20)
                + "\",\"targetName\":\"projects/" + PROJECT + "\",\"eventType\":\"ping\",\"data\":null,\"timestamp\":\""
                + ANY_TIME + "\"}}}\n";
    }

    /** Returns the lines without HTTP's framing. */
    List<byte[]> toLines() {
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < ends.length; i++) {
            int from = start(i);
            while (bytes[from] != '{') {
                from++;
            }
            lines.add(Arrays.copyOfRange(bytes, from, ends[i] - "\r\n".length()));
        }
        return lines;
    }

    int lines() {
        return ends.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where a line begins; for the number of lines, where the last one ends. */
    int start(int line) {
        return line == 0 ? 0 : ends[line - 1];
    }

    /** How many events the lines before this one have. */
    int eventsBefore(int line) {
        return eventsBefore[line];
    }

    boolean isEvent(int line) {
        return identifiers[line] >= 0;
    }

    /** Numbers the events from a line on; the first gets the number given. */
    void number(int fromLine, int toLine, long first) {
        long number = first;
        for (int line = fromLine; line < toLine; line++) {
            if (isEvent(line)) {
                long rest = number++;
                for (int at = identifiers[line] + DIGITS - 1; rest > 0; at--, rest /= 10) {
                    bytes[at] = (byte) ('0' + rest % 10);
                }
            }
        }
    }

    void time(int line, Instant time) {
        if (isEvent(line)) {
            byte[] text = TIME.format(time).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, bytes, times[line], text.length);
        }
    }

    private String event(String device) {
        String type = type(random.nextInt(100));
        return "{\"result\":{\"event\":{\"eventId\":\"bench000" + "0".repeat(DIGITS)
                + "\",\"targetName\":\"projects/" + PROJECT + "/devices/" + device
                + "\",\"eventType\":\"" + type + "\",\"data\":{\"" + type + "\":" + data(type)
                + "},\"timestamp\":\"" + ANY_TIME + "\",\"labels\":{}}}}\n";
    }

    private static String type(int percent) {
        if (percent < 62) {
            return "temperature";
        }
        if (percent < 76) {
            return "networkStatus";
        }
        if (percent < 85) {
            return "humidity";
        }
        if (percent < 90) {
            return "objectPresent";
        }
        return percent < 95 ? "touch" : "batteryStatus";
    }

    private String data(String type) {
        String updated = "\"updateTime\":\"2026-01-01T00:00:00.123000Z\"";
        String value = String.valueOf(random.nextInt(4000) / 100.0);
        return switch (type) {
            case "temperature" ->
                "{\"value\":" + value + "," + updated + ",\"samples\":[{\"value\":" + value
                        + ",\"sampleTime\":\"2026-01-01T00:00:00.123000Z\"}],\"isBackfilled\":false}";
            case "networkStatus" ->
                "{\"signalStrength\":" + random.nextInt(100) + ",\"rssi\":-" + (50 + random.nextInt(50)) + "," + updated
                        + ",\"cloudConnectors\":[{\"id\":\"" + device() + "\",\"signalStrength\":" + random.nextInt(100)
                        + ",\"rssi\":-61}],\"transmissionMode\":\"LOW_POWER_STANDARD_MODE\"}";
            case "humidity" -> "{\"temperature\":" + value + ",\"relativeHumidity\":" + value + "," + updated + "}";
            case "objectPresent" -> "{\"state\":\"NOT_PRESENT\"," + updated + "}";
            case "batteryStatus" -> "{\"percentage\":" + random.nextInt(101) + "," + updated + "}";
            default -> "{" + updated + "}";
        };
    }

    private String device() {
        return String.format("bench%015d", random.nextInt(DEVICES));
    }

    private static String header(String line) {
        return Integer.toHexString(line.length()) + "\r\n";
    }
}
