package io.github.dtstream.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The router's deliveries, read independently of it and compared with the produced events.
 *
 * @param oracle the simulator's own record of produced events
 * @param events the folder of the files that the router writes
 * @param marks the ends of the files when the router was killed
 * @param subscriber the messages by MQTT
 */
record Sinks(Path oracle, Path events, FileMarks marks, RecordingSubscriber subscriber) {
    private static final String LATE = "/late";

    /** Compares the files. */
    Findings files() throws IOException {
        return files(oracle, events, marks);
    }

    /** The same, where nothing comes by MQTT. */
    static Findings files(Path oracle, Path events, FileMarks marks) throws IOException {
        Findings findings = new Findings("files", Oracle.read(oracle));
        if (Files.isDirectory(events)) {
            try (Stream<Path> files = Files.list(events)) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    addLines(file, marks, findings);
                }
            }
        }
        return findings.complete();
    }

    private static void addLines(Path file, FileMarks marks, Findings findings) throws IOException {
        findings.beginSequence();
        byte[] bytes = Files.readAllBytes(file);
        int number = 0;
        int begin = 0;
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n') {
                String line = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
                findings.add(line, file.getFileName() + ":" + ++number, marks.before(file, begin));
                begin = end + 1;
            }
        }
        if (begin < bytes.length) {
            String rest = new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8);
            findings.broken(file.getFileName() + ":" + ++number + " has no end: " + rest);
        }
    }

    /** Compares the MQTT messages. */
    Findings mqtt() throws IOException {
        Findings findings = new Findings("MQTT", Oracle.read(oracle));
        int number = 0;
        for (RecordingSubscriber.Received message : subscriber.received()) {
            String where = "message " + ++number + " on " + message.topic();
            findings.add(message.payload(), where, Math.max(0, message.connection() - 1));
            findings.expect(SinkRecord.topicOf(message.payload()), withoutLate(message.topic()), where);
        }
        return findings.complete();
    }

    /** The topic without the suffix of late values. */
    private static String withoutLate(String topic) {
        return topic.endsWith(LATE) ? topic.substring(0, topic.length() - LATE.length()) : topic;
    }
}
