package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What time it is, and for how long the stream has flowed in all: while it is interrupted, nobody's silence is counted. All
 * in milliseconds.
 */
final class StreamTime {
    /** Pings come every few seconds, at most a minute apart; a longer silence is an interruption. */
    private static final long LONGEST_SILENCE = 120_000;

    private long now;
    private long told;
    private long alive;
    private long flowed;

    /** The cloud's time of the newest record; since 1970. */
    long now() {
        return now;
    }

    /** What time it is for people, who wait while nothing is received, too; not before {@link #now}. */
    long clock() {
        return Math.max(now, told);
    }

    /** Nothing is received that would say what time it is; somebody else does. */
    void tell(long time) {
        told = Math.max(told, time);
    }

    /** What was told since the last live record; {@link Alarm#NEVER} if that was not needed. */
    long told() {
        return told;
    }

    /** When the newest live record was received; 0 before the first. */
    long alive() {
        return alive;
    }

    /** For how long the stream has flowed. */
    long flowed() {
        return flowed;
    }

    /** For how long it had flowed at a time that lies before now. */
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
