package io.github.dtstream.time;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock with timers that stands still until the test moves it. */
public final class ManualTime extends MovableClock implements Timers {
    private final List<Alarm> alarms = new ArrayList<>();

    public ManualTime() {
        super(Instant.parse("2026-01-01T12:00:00Z"));
    }

    private record Alarm(Instant due, Runnable task) {}

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Alarm alarm = new Alarm(instant().plus(delay), task);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** Moves the time and runs the timers that are due. */
    @Override
    public void advance(Duration duration) {
        List<Alarm> due;
        synchronized (this) {
            super.advance(duration);
            due = alarms.stream()
                    .filter(alarm -> !alarm.due().isAfter(instant()))
                    .toList();
            alarms.removeAll(due);
        }
        due.stream()
                .sorted(Comparator.comparing(Alarm::due))
                .forEach(alarm -> alarm.task().run());
    }

    /** Moves the time as a stopped process sees it: no timer rings meanwhile. */
    public void stall(Duration duration) {
        super.advance(duration);
    }

    /** The remaining times of all set timers, shortest first. */
    public synchronized List<Duration> pending() {
        return alarms.stream()
                .map(alarm -> Duration.between(instant(), alarm.due()))
                .sorted()
                .toList();
    }

    /** Waits until so many timers are set. */
    public void awaitTimers(int count) {
        await().until(() -> pending().size() == count);
    }
}
