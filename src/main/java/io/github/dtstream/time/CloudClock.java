package io.github.dtstream.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cloud's time, by which gaps, history and events are measured. The cloud's pings and answers tell it. In between, the
 * machine's ticker moves it forward, so it does not change when the machine's clock is wrong or is set. Until the cloud has
 * told its time, this is the machine's clock.
 *
 * <p>The clock that stamps events stamps pings, too. A ping arrives late and never early, so each ping gives a time that the
 * cloud's clock has passed. The latest of these times counts: this clock is never ahead of the cloud's, and it is behind by
 * the delay of the fastest ping of the last minutes. The {@code Date} of an answer may come from a gateway whose clock is
 * wrong, so it counts only while there are no pings.
 * Thread-safe.
 */
public final class CloudClock extends Clock {
    /** A ping counts for this long, and for twice as long at most. */
    static final Duration PERIOD = Duration.ofMinutes(5);

    /** After this long without a ping, answers count: the machine may have slept. */
    static final Duration PINGS_COUNT = Duration.ofMinutes(2);

    /** A {@code Date} has whole seconds. */
    private static final Duration DATE_PRECISION = Duration.ofSeconds(1);

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private final Clock machine;
    private final Ticker ticker;
    private final ClockWatch watch;

    /** Replaced under the monitor, read without it. */
    private volatile @Nullable Bounds bounds;

    /**
     * The best known offsets.
     *
     * @param byPings whether they are from pings
     * @param since the ticker's nanoseconds when the period began
     * @param last the ticker's nanoseconds at the last ping or answer
     * @param before the best offset of the period before
     * @param now the best offset of this period: the cloud's time less the ticker's, in nanoseconds
     */
    private record Bounds(boolean byPings, long since, long last, long before, long now) {
        static Bounds of(boolean byPings, long nanos, long offset) {
            return new Bounds(byPings, nanos, nanos, offset, offset);
        }

        long best() {
            return Math.max(before, now);
        }

        Bounds with(long nanos, long offset) {
            return nanos - since > PERIOD.toNanos()
                    ? new Bounds(byPings, nanos, nanos, now, offset)
                    : new Bounds(byPings, since, nanos, before, Math.max(now, offset));
        }
    }

    /** @param machine used until the cloud's time is known, and then compared with it */
    public CloudClock(Clock machine, Ticker ticker) {
        this.machine = machine;
        this.ticker = ticker;
        this.watch = new ClockWatch();
    }

    /** The system's clock and ticker. */
    public static CloudClock system() {
        return new CloudClock(Clock.systemUTC(), Ticker.SYSTEM);
    }

    @Override
    public Instant instant() {
        Bounds known = bounds;
        return known == null ? machine.instant() : instantOf(ticker.nanos() + known.best());
    }

    /** Time that only moves forward, in nanoseconds; for durations. */
    public long nanos() {
        return ticker.nanos();
    }

    /** The machine's own clock; only to be compared with itself. */
    public Instant machineTime() {
        return machine.instant();
    }

    /**
     * How much the machine's clock is behind the cloud's (negative: ahead); empty while the cloud's time is unknown.
     */
    public Optional<Duration> offset() {
        return bounds == null ? Optional.empty() : Optional.of(Duration.between(machine.instant(), instant()));
    }

    /**
     * A ping has been received.
     *
     * @param sent its timestamp; ignored if it is before 2000 or after 2199
     */
    public synchronized void pinged(Instant sent) {
        if (isTime(sent)) {
            long nanos = ticker.nanos();
            long offset = nanosOf(sent) - nanos;
            Bounds known = bounds;
            learn(known == null || !known.byPings() ? Bounds.of(true, nanos, offset) : known.with(nanos, offset));
        }
    }

    /**
     * The cloud has answered.
     *
     * @param date the answer's {@code Date}; ignored if it is before 2000 or after 2199
     * @param roundTrip the time from before the request was sent until the answer was there
     */
    public synchronized void answered(Instant date, Duration roundTrip) {
        long nanos = ticker.nanos();
        Bounds known = bounds;
        boolean hasPings = known != null && known.byPings() && nanos - known.last() < PINGS_COUNT.toNanos();
        if (hasPings || !isTime(date)) {
            return;
        }
        long offset = nanosOf(date) - nanos;
        long highest = offset + roundTrip.plus(DATE_PRECISION).toNanos();
        boolean holds = known != null && known.best() >= offset && known.best() <= highest;
        if (!holds) {
            learn(Bounds.of(false, nanos, offset));
        }
    }

    private void learn(Bounds next) {
        Instant expected = instant();
        bounds = next;
        watch.observed(new ClockWatch.Reading(next.last(), machine.instant(), instant()), expected);
    }

    private static boolean isTime(Instant said) {
        return said.isAfter(EARLIEST) && said.isBefore(LATEST);
    }

    private static long nanosOf(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    private static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Returns this clock, as the cloud's time is in UTC. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
