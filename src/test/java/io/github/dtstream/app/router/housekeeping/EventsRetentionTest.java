package io.github.dtstream.app.router.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class EventsRetentionTest {
    private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

    @TempDir
    private Path data;

    private final MovableClock machine = new MovableClock(NOW);
    private final CloudClock clock = machine.cloudClock();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final CrashSafeFileComponent files = new CrashSafeFileComponent();
    private final Logger logger = (Logger) LoggerFactory.getLogger(EventsRetention.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private EventsRetention retention;

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("file", files);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("file:" + data.resolve("events")
                                + "?fileExist=Append&fileName=RAW(${header.DtReceivedDate}.ndjson)");
            }
        });
        context.start();
        retention = new EventsRetention(files, data, Duration.ofDays(30), clock);
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(null);
        context.stop();
    }

    private Path file(String day) throws IOException {
        Path file = Files.createDirectories(data.resolve("events")).resolve(day + ".ndjson");
        Files.writeString(file, "x");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse(day + "T23:59:59Z")));
    }

    private void cloudSays(Instant time) {
        clock.pinged(time);
    }

    @Test
    void deletesWhatIsOlderAsTimePasses() throws IOException {
        cloudSays(NOW);
        Path first = file("2026-03-01");
        Path second = file("2026-03-02");

        retention.run();
        assertThat(first).exists();

        machine.advance(Duration.ofHours(12));
        retention.run();
        assertThat(first).doesNotExist();
        assertThat(second).exists();

        machine.advance(Duration.ofHours(24));
        retention.run();
        assertThat(second).doesNotExist();
    }

    @Test
    void deletesNothingUntilTheCloudHasToldItsTime() throws IOException {
        Path old = file("2020-01-01");

        retention.run();
        assertThat(old).exists();

        cloudSays(NOW);
        retention.run();
        assertThat(old).doesNotExist();
    }

    @Test
    void deletesNothingTooEarlyWhereTheMachinesClockIsWrong() throws IOException {
        Path recent = file("2026-03-30");
        cloudSays(NOW);

        machine.set(NOW.plus(Duration.ofDays(400)));
        retention.run();
        machine.set(NOW.minus(Duration.ofDays(400)));
        retention.run();

        assertThat(recent).exists();
    }

    @Test
    void saysOnceADayHowManyItHasDeleted() throws IOException {
        cloudSays(NOW);
        file("2026-01-01");
        retention.run();
        file("2026-01-02");
        file("2026-01-03");
        machine.advance(Duration.ofHours(1));
        retention.run();

        assertThat(log.list).hasSize(1);
        machine.advance(Duration.ofHours(23));
        retention.run();
        machine.advance(Duration.ofHours(48));
        retention.run();

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "deleted 1 files of routes, 0 MB, to which nothing was written for 30 days",
                        "deleted 2 files of routes, 0 MB, to which nothing was written for 30 days");
    }

    /** A new folder of the router must be excluded here, as routes may write anywhere. */
    @Test
    void knowsEveryFolderThatTheRouterKeeps() throws IOException {
        String document = Files.readString(Path.of("src/main/docs/architecture.md"));
        Set<String> folders = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z-]+)/")
                .matcher(document.substring(document.indexOf("## What is on disk")));
        while (row.find()) {
            folders.add(row.group(1));
        }
        folders.remove("events");

        assertThat(EventsRetention.NOT_OF_ROUTES).containsExactlyInAnyOrderElementsOf(folders);
    }
}
