package io.github.dtstream.series;

import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The state of one device. Guarded by the lock of {@link HeldValues}. */
final class DeviceRow {
    /** About how many bytes of heap it takes, with its identifier, without its series. */
    static final int BYTES = 420;

    final String id;
    final List<Series> series = new ArrayList<>(4);
    private final Rhythm any = new Rhythm();
    /** The rhythm of heartbeats: a sensor reports its network at each of them, whatever it sends in between. */
    private final Rhythm heartbeat = new Rhythm();

    /** The time of its newest event, as far as that is believed, in milliseconds since 1970. */
    long seen = Long.MIN_VALUE;

    /** The version of its newest change. */
    long version;

    /** Whether the project's device list does not have it any more. */
    boolean hasLeft;

    /** The Cloud Connector that received it last. */
    @Nullable
    String connector;

    DeviceRow(String id) {
        this.id = id;
    }

    @Nullable
    Series series(Quantity quantity) {
        for (Series one : series) {
            if (one.key.quantity() == quantity) {
                return one;
            }
        }
        return null;
    }

    void sign(long time, boolean isHeartbeat) {
        any.sign(time);
        if (isHeartbeat) {
            heartbeat.sign(time);
        }
        seen = Math.max(seen, time);
    }

    /** Takes over what a block on disk has of one of its series. */
    void known(Quantity quantity, long from, long to, int points) {
        seen = Math.max(seen, to);
        any.signs(from, to, points);
        if (quantity == Quantity.SIGNAL) {
            heartbeat.signs(from, to, points);
        }
    }

    /** The usual interval between its heartbeats, or else between its events, in seconds. */
    OptionalInt rhythm() {
        Rhythm told = heartbeat.isKnown() ? heartbeat : any;
        return told.isKnown() ? OptionalInt.of(told.usual()) : OptionalInt.empty();
    }
}
