package io.github.dtstream.session;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock with timers that stands still until the test moves it. */
public final class ManualTime extends Clock implements Timers {
    private final List<Alarm> alarms = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");

    private record Alarm(Instant due, Runnable task) {}

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(now.plus(delay), task);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** Moves the time and runs what has become due. */
    public void advance(Duration duration) {
        List<Alarm> due;
        synchronized (this) {
            now = now.plus(duration);
            due = alarms.stream().filter(alarm -> !alarm.due().isAfter(now)).toList();
            alarms.removeAll(due);
        }
        due.stream()
                .sorted(Comparator.comparing(Alarm::due))
                .forEach(alarm -> alarm.task().run());
    }

    /** How long until each of the timers that are set; shortest first. */
    public synchronized List<Duration> pending() {
        return alarms.stream()
                .map(alarm -> Duration.between(now, alarm.due()))
                .sorted()
                .toList();
    }

    /** Waits until so many timers are set. */
    public void awaitTimers(int count) {
        await().until(() -> pending().size() == count);
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
