package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageAddressTest {
    private static final Instant BEGAN = Instant.parse("2026-11-26T10:00:00Z");

    @TempDir
    private Path data;

    private final StringWriter out = new StringWriter();

    private void write(String port, Instant at) {
        try {
            Files.writeString(data.resolve("management.port"), port + "\n");
            Path token = Files.writeString(data.resolve("management.token"), "token-of-" + port + "\n");
            Files.setLastModifiedTime(token, FileTime.from(at));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Sleeper sleeper) {
        new PageAddress(data, BEGAN, new PrintWriter(out), sleeper).run();
    }

    @Test
    void saysTheAddressWithItsTokenOnceTheRouterHasWrittenIt() {
        run(time -> write("40123", BEGAN.plusSeconds(2)));

        assertThat(out.toString()).isEqualToIgnoringWhitespace("See it: http://127.0.0.1:40123/#token=token-of-40123");
    }

    @Test
    void doesNotTakeWhatAProcessLeftThatWasKilled() {
        write("40001", BEGAN.minusSeconds(60));

        run(time -> write("40123", BEGAN.plusSeconds(2)));

        assertThat(out.toString()).contains("40123").doesNotContain("40001");
    }
}
