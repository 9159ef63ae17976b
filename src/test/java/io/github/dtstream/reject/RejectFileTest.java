package io.github.dtstream.reject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectFileTest {
    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));

    @Test
    void writesALineARecord() throws Exception {
        try (RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, clock)) {
            rejects.reject("stream", "not \"JSON\"", Map.of("eventId", "e1"), bytes("a\nb\u00e9"));
            rejects.reject("journal", "torn", Map.of(), new byte[] {'x', (byte) 0xff});

            assertThat(rejects.count()).isEqualTo(2);
        }
        List<String> lines = Files.readAllLines(folder.resolve("rejected/2026-11-22.ndjson"));
        assertThat(lines).hasSize(2);
        assertThat(fields(lines.get(0)))
                .containsEntry("time", "2026-11-22T12:00:00Z")
                .containsEntry("where", "stream")
                .containsEntry("reason", "not \"JSON\"")
                .containsEntry("eventId", "e1")
                .containsEntry("record", "a\nb\u00e9")
                .doesNotContainKey("recordBase64");
        assertThat(fields(lines.get(1)))
                .containsEntry("record", "x\ufffd")
                .containsEntry("recordBase64", Base64.getEncoder().encodeToString(new byte[] {'x', (byte) 0xff}));
    }

    @Test
    void beginsANewLineAfterATornOne() throws Exception {
        Files.writeString(folder.resolve("2026-11-22.ndjson"), "{\"time\":\"20");
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock)) {
            rejects.reject("stream", "bad", Map.of(), bytes("x"));
        }

        List<String> lines = Files.readAllLines(folder.resolve("2026-11-22.ndjson"));
        assertThat(lines).hasSize(2);
        assertThat(fields(lines.get(1))).containsEntry("record", "x");
    }

    @Test
    void keepsWithinItsBoundOverManyDays() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 10_000, clock)) {
            for (int day = 0; day < 6; day++) {
                for (int i = 0; i < 100; i++) {
                    rejects.reject("stream", "bad", Map.of(), bytes("y".repeat(100)));
                }
                assertThat(sum()).isLessThanOrEqualTo(10_000);
                clock.advance(Duration.ofDays(1));
            }
            assertThat(rejects.count()).isEqualTo(600);
        }
        assertThat(folder.resolve("2026-11-22.ndjson")).doesNotExist();
        assertThat(folder.resolve("2026-11-27.ndjson")).exists();
    }

    @Test
    void onlyCountsWhatTheDiskRefuses() throws Exception {
        Path directory = folder.resolve("rejected");
        Files.writeString(directory, "a file where the folder should be");
        try (RejectFile rejects = new RejectFile(directory, 1 << 20, clock)) {
            rejects.reject("stream", "bad", Map.of(), bytes("x"));
            Files.delete(directory);
            rejects.reject("stream", "bad", Map.of(), bytes("y"));

            assertThat(rejects.count()).isEqualTo(2);
        }
        assertThat(Files.readString(directory.resolve("2026-11-22.ndjson"))).contains("\"record\":\"y\"");
    }

    private long sum() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    fields.put(parser.currentName(), parser.getText());
                }
            }
        }
        return fields;
    }
}
