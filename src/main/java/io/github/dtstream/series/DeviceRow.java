package io.github.dtstream.series;

import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What is known of one device. Guarded by the index's lock. */
final class DeviceRow {
    /** What it takes of the heap, about, with its identifier, without its series. */
    static final int BYTES = 420;

    final String id;
    final List<Series> series = new ArrayList<>(4);
    private final Rhythm any = new Rhythm();
    /** A sensor tells of its network at each of its heartbeats, whatever else it sends in between. */
    private final Rhythm heartbeat = new Rhythm();

    /** When it last said something, in milliseconds since 1970. */
    long seen = Long.MIN_VALUE;

    /** When anything of it changed. */
    long version;

    /** Whether the project's list does not have it any more. */
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

    /** What a block knows of one of its series. */
    void known(Quantity quantity, long from, long to, int points) {
        seen = Math.max(seen, to);
        any.signs(from, to, points);
        if (quantity == Quantity.SIGNAL) {
            heartbeat.signs(from, to, points);
        }
    }

    /** In seconds. */
    OptionalInt rhythm() {
        Rhythm told = heartbeat.isKnown() ? heartbeat : any;
        return told.isKnown() ? OptionalInt.of(told.usual()) : OptionalInt.empty();
    }
}
