package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The gaps of the stream that are not filled yet. Times are in milliseconds since 1970, except those by which the stream
 * has worked, as {@link StreamTime#flowed} counts.
 */
final class OpenGaps {
    /**
     * How long the events of a gap are expected, in time that the stream works. History of a hundred sensors is read in a
     * minute, and of ten thousand in three quarters of an hour. A gap that is open for longer may be open for weeks, as
     * when history refuses one device.
     */
    private static final long EXPECTED = Duration.ofHours(1).toMillis();

    private final StreamTime time;
    /** By the gap's number. */
    private final TreeMap<Long, Gap> gaps = new TreeMap<>();
    /** When the first of the gaps whose events are expected is expected no more. */
    private long nextGivenUp = Long.MAX_VALUE;

    /**
     * One gap.
     *
     * @param begin its beginning
     * @param opened how long the stream had worked when it was opened
     */
    private record Gap(long begin, long opened) {
        private boolean beginsIn(long from, long until) {
            return begin >= from && begin < until;
        }

        private long givenUp() {
            return opened + EXPECTED;
        }
    }

    OpenGaps(StreamTime time) {
        this.time = time;
    }

    /** Adds a gap; returns false if it was known. */
    boolean open(long gap, long begin) {
        Gap known = gaps.get(gap);
        gaps.put(gap, new Gap(begin, known == null ? time.flowed() : known.opened()));
        look();
        return known == null;
    }

    /** Removes a gap; returns false if it was not known. */
    boolean fill(long gap) {
        boolean isKnown = gaps.remove(gap) != null;
        look();
        return isKnown;
    }

    /** Whether a gap begins in a span, which may be empty. */
    boolean isAnyIn(long from, long until) {
        return gaps.values().stream().anyMatch(gap -> gap.beginsIn(from, until));
    }

    /**
     * Whether what is known of a span is in doubt: a gap begins in it, and the stream has not yet worked for long since the
     * first such gap was opened. Later gaps do not prolong the doubt, as there is no end to them where the stream is
     * interrupted again and again and history does not answer.
     *
     * @param atLeast the doubt lasts for as long as the stream works for this time, if that is longer than the events of a
     *     gap are expected
     */
    boolean isInDoubt(long from, long until, long atLeast) {
        long first = Long.MAX_VALUE;
        for (Gap gap : gaps.values()) {
            first = gap.beginsIn(from, until) ? Math.min(first, gap.opened()) : first;
        }
        return first != Long.MAX_VALUE && time.flowed() < first + Math.max(EXPECTED, atLeast);
    }

    /** Whether the events of a gap are still expected. */
    boolean isAnyExpected() {
        return !gaps.isEmpty() && newestOpened() + EXPECTED > time.flowed();
    }

    /** How long the stream had worked when the newest was opened; 0 if there is none. */
    long newestOpened() {
        long newest = 0;
        for (Gap gap : gaps.values()) {
            newest = Math.max(newest, gap.opened());
        }
        return newest;
    }

    /** Whether the events of a gap have been given up since the last call. */
    boolean isGivenUp() {
        boolean is = time.flowed() >= nextGivenUp;
        if (is) {
            look();
        }
        return is;
    }

    /** A time not after {@link #isGivenUp} is true next; {@link Long#MAX_VALUE} for never. */
    long nextDue() {
        return nextGivenUp == Long.MAX_VALUE ? Long.MAX_VALUE : time.now() + Math.max(1, nextGivenUp - time.flowed());
    }

    private void look() {
        nextGivenUp = Long.MAX_VALUE;
        for (Gap gap : gaps.values()) {
            if (gap.givenUp() > time.flowed()) {
                nextGivenUp = Math.min(nextGivenUp, gap.givenUp());
            }
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(gaps.size());
        for (Map.Entry<Long, Gap> gap : gaps.entrySet()) {
            out.writeLong(gap.getKey());
            out.writeLong(gap.getValue().begin());
            out.writeLong(gap.getValue().opened());
        }
    }

    /**
     * Reads what was written, after the time.
     *
     * @param hasOpened whether it says when they were opened; otherwise they count as opened now
     */
    void read(DataInput in, boolean hasOpened) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            gaps.put(in.readLong(), new Gap(in.readLong(), hasOpened ? in.readLong() : time.flowed()));
        }
        look();
    }
}
