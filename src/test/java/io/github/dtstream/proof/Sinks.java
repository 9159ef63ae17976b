package io.github.dtstream.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the router has delivered, read independently of it and compared with what was produced.
 *
 * @param oracle the simulator's own record of what it produced
 * @param events the folder of the files that the router writes
 * @param marks where the files ended when the router was killed
 * @param subscriber what came by MQTT
 */
record Sinks(Path oracle, Path events, FileMarks marks, RecordingSubscriber subscriber) {
    private static final String LATE = "/late";

    /** Compares what stands in the files. */
    Findings files() throws IOException {
        Findings findings = new Findings("files", Oracle.read(oracle));
        if (Files.isDirectory(events)) {
            try (Stream<Path> files = Files.list(events)) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    addLines(file, findings);
                }
            }
        }
        return findings.complete();
    }

    private void addLines(Path file, Findings findings) throws IOException {
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

    /** Compares what came by MQTT. */
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

    /** What is older than something published before has a topic below that of its device and type. */
    private static String withoutLate(String topic) {
        return topic.endsWith(LATE) ? topic.substring(0, topic.length() - LATE.length()) : topic;
    }
}
