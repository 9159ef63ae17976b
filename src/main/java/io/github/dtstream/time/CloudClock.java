package io.github.dtstream.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cloud's time, which is the only one that gaps, history and events know. It is learnt from what the cloud says (the
 * {@code Date} of its answers, the timestamps of its pings) and goes on by the machine's ticker in between, so that it does
 * not follow a machine's clock that is wrong or is set. Until the cloud has said something the machine's clock serves.
 *
 * <p>What the cloud says arrives late and never early, so the latest time counts that anything in the last minutes leads
 * to: the clock is never ahead of the cloud's, and behind it by no more than an answer takes. Thread-safe.
 */
public final class CloudClock extends Clock {
    /** What was said counts for one to two of these. */
    static final Duration PERIOD = Duration.ofMinutes(5);

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private final Clock machine;
    private final Ticker ticker;
    private final ClockWatch watch;

    /** Replaced under the monitor, read without it. */
    private volatile @Nullable Bounds bounds;

    /**
     * The best of what was said.
     *
     * @param since the ticker's nanoseconds when the period began
     * @param before the best offset of the period before
     * @param now the best offset of this period: the cloud's time less the ticker's, in nanoseconds
     */
    private record Bounds(long since, long before, long now) {
        long best() {
            return Math.max(before, now);
        }
    }

    /** @param machine serves until the cloud has said what time it is, and is compared with it */
    public CloudClock(Clock machine, Ticker ticker) {
        this.machine = machine;
        this.ticker = ticker;
        this.watch = new ClockWatch();
    }

    /** The real one. */
    public static CloudClock system() {
        return new CloudClock(Clock.systemUTC(), Ticker.SYSTEM);
    }

    @Override
    public Instant instant() {
        Bounds known = bounds;
        return known == null ? machine.instant() : instantOf(ticker.nanos() + known.best());
    }

    /** Time that only goes forward, in nanoseconds; for spans. */
    public long nanos() {
        return ticker.nanos();
    }

    /** The machine's own clock; to be compared with itself only. */
    public Instant machineTime() {
        return machine.instant();
    }

    /** By how much the machine's clock is behind the cloud's (negative: ahead); empty while the cloud said nothing. */
    public Optional<Duration> offset() {
        return bounds == null ? Optional.empty() : Optional.of(Duration.between(machine.instant(), instant()));
    }

    /**
     * The cloud has said that it is this time now, or was when it sent what has just been received.
     *
     * @param said from the cloud itself: an answer's {@code Date} or a ping's timestamp; what is no time of this or the next
     *     century is not taken for one
     */
    public synchronized void observed(Instant said) {
        if (said.isBefore(EARLIEST) || said.isAfter(LATEST)) {
            return;
        }
        long nanos = ticker.nanos();
        long offset = nanosOf(said) - nanos;
        Bounds known = bounds;
        Instant expected = instant();
        if (known == null) {
            bounds = new Bounds(nanos, offset, offset);
        } else if (nanos - known.since() > PERIOD.toNanos()) {
            bounds = new Bounds(nanos, known.now(), offset);
        } else {
            bounds = new Bounds(known.since(), known.before(), Math.max(known.now(), offset));
        }
        watch.observed(new ClockWatch.Reading(nanos, machine.instant(), instant()), expected);
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

    /** The same: the cloud's time is told in UTC. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
