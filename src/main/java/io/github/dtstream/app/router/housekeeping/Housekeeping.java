package io.github.dtstream.app.router.housekeeping;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.management.DiskRoom;
import io.github.dtstream.management.Health;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/**
 * Checks the free space on the disk of the data folder once a minute, deletes files that are too old once an hour, and
 * makes the JVM give memory back after a burst.
 */
public final class Housekeeping implements AutoCloseable {
    private final DiskRoom room;
    private final Optional<EventsRetention> retention;
    private final ScheduledExecutorService timer;

    /** Checks the disk at once, and starts the timer. */
    public Housekeeping(Settings settings, CamelContext context, CloudClock clock, Supervisor supervisor) {
        Path data = Path.of(settings.get(Setting.DATA_DIR));
        Optional<Duration> kept = settings.eventsRetention();
        this.room = new DiskRoom(data, advice(kept.isPresent()), clock::machineTime);
        this.retention = context.getComponent("file") instanceof CrashSafeFileComponent files
                ? kept.map(span -> new EventsRetention(files, data, span, clock))
                : Optional.empty();
        this.timer = supervisor.pool(
                1, "housekeeping", "the disk's room was not looked at, or files that are too old were not deleted");
        room.look();
        timer.scheduleWithFixedDelay(room::look, 1, 1, TimeUnit.MINUTES);
        // later, as its classes would take their part of a start
        timer.schedule(
                () -> HeapReturn.begin(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)),
                1,
                TimeUnit.MINUTES);
        retention.ifPresent(each -> timer.scheduleWithFixedDelay(each::run, 1, 60, TimeUnit.MINUTES));
    }

    private static String advice(boolean isOn) {
        String name = Setting.EVENTS_RETENTION.key();
        return "Make room, "
                + (isOn
                        ? "have files of routes kept for a shorter time (" + name + "), "
                        : "have files of routes deleted when they are old (" + name + "=90d), ")
                + "or make the journal smaller (journalMaxSize)";
    }

    public Health health() {
        return room.health();
    }

    public List<MetricSource> metrics() {
        return Stream.<MetricSource>concat(Stream.of(room), retention.stream()).toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
