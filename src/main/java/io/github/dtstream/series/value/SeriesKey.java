package io.github.dtstream.series.value;

import io.github.dtstream.reading.Quantity;
import java.util.Optional;

/** Names a series: a quantity of a device. Immutable. */
public record SeriesKey(String deviceId, Quantity quantity) {
    private static final char SEPARATOR = '/';

    /** Parses {@code DEVICE/QUANTITY}; empty if the text has another form. */
    public static Optional<SeriesKey> of(String name) {
        int separator = name.indexOf(SEPARATOR);
        return separator <= 0
                ? Optional.empty()
                : Quantity.named(name.substring(separator + 1))
                        .map(quantity -> new SeriesKey(name.substring(0, separator), quantity));
    }

    /** {@code DEVICE/QUANTITY}. Identifiers of the cloud have no slash. */
    public String name() {
        return deviceId + SEPARATOR + quantity.key();
    }

    /** A hash of 64 bits. It is stored on disk, so it must never change. */
    public long hash() {
        // FNV-1a, finished like MurmurHash, as names differ in few characters.
        long hash = 0xcbf29ce484222325L;
        String name = name();
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
