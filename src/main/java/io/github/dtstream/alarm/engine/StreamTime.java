package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The time, and how long the stream has worked in total: silence is not counted during an interruption. All in
 * milliseconds.
 */
final class StreamTime {
    /** Pings come every few seconds, at most a minute apart; a longer silence is an interruption. */
    private static final long LONGEST_SILENCE = 120_000;

    private long now;
    private long told;
    private long alive;
    private long flowed;

    /** The cloud's time of the newest record, since 1970. */
    long now() {
        return now;
    }

    /** The time for people, who also wait while nothing is received; not before {@link #now}. */
    long clock() {
        return Math.max(now, told);
    }

    /** Sets the time while nothing is received that would show it. */
    void tell(long time) {
        told = Math.max(told, time);
    }

    /** The time that was set since the last live record; {@link Alarm#NEVER} if none was. */
    long told() {
        return told;
    }

    /** When the newest live record was received; 0 before the first. */
    long alive() {
        return alive;
    }

    /** How long the stream has worked. */
    long flowed() {
        return flowed;
    }

    /** How long it had worked at an earlier time. */
    long flowedAt(long time) {
        return flowed - Math.max(0, alive - time);
    }

    /** A record was received. */
    void passed(long received, boolean isLive) {
        now = Math.max(now, received);
        told = isLive ? Alarm.NEVER : told;
        if (isLive && received > alive) {
            if (received - alive <= LONGEST_SILENCE) {
                flowed += received - alive;
            }
            alive = received;
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(now);
        out.writeLong(alive);
        out.writeLong(flowed);
    }

    void read(DataInput in) throws IOException {
        now = in.readLong();
        alive = in.readLong();
        flowed = in.readLong();
    }
}
