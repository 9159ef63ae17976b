package io.github.dtstream.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the router has delivered, read independently of it and compared with what was produced.
 *
 * @param oracle the simulator's own record of what it produced
 * @param events the folder of the files that the router writes
 * @param subscriber what came by MQTT
 */
record Sinks(Path oracle, Path events, RecordingSubscriber subscriber) {

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

    private static void addLines(Path file, Findings findings) throws IOException {
        String text = Files.readString(file);
        int number = 0;
        for (int begin = 0; begin < text.length(); ) {
            int end = text.indexOf('\n', begin);
            String where = file.getFileName() + ":" + ++number;
            if (end < 0) {
                findings.broken(where + " has no end: " + text.substring(begin));
                return;
            }
            findings.add(text.substring(begin, end), where);
            begin = end + 1;
        }
    }

    /** Compares what came by MQTT. */
    Findings mqtt() throws IOException {
        Findings findings = new Findings("MQTT", Oracle.read(oracle));
        int number = 0;
        for (RecordingSubscriber.Received message : subscriber.received()) {
            String where = "message " + ++number + " on " + message.topic();
            findings.add(message.payload(), where);
            findings.expect(SinkRecord.topicOf(message.payload()), message.topic(), where);
        }
        return findings.complete();
    }
}
