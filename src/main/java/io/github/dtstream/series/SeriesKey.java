package io.github.dtstream.series;

import io.github.dtstream.reading.Quantity;
import java.util.Optional;

/** One series: a quantity of a device. */
public record SeriesKey(String deviceId, Quantity quantity) {
    private static final char SEPARATOR = '/';

    /** Reads {@code DEVICE/QUANTITY}; empty if it is none. */
    public static Optional<SeriesKey> of(String name) {
        int separator = name.indexOf(SEPARATOR);
        return separator <= 0
                ? Optional.empty()
                : Quantity.named(name.substring(separator + 1))
                        .map(quantity -> new SeriesKey(name.substring(0, separator), quantity));
    }

    /** {@code DEVICE/QUANTITY}. An identifier of the cloud's has no slash. */
    public String name() {
        return deviceId + SEPARATOR + quantity.key();
    }

    /** Of 64 bits, the same for ever. */
    long hash() {
        // FNV-1a, with MurmurHash's finish, since names differ in few characters
        long hash = 0xcbf29ce484222325L;
        String name = name();
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
