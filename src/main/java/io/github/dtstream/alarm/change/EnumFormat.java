package io.github.dtstream.alarm.change;

import java.io.DataInput;
import java.io.IOException;

/** Reads the constants of enums, which are written as a byte with their place in the enum. */
public final class EnumFormat {
    private EnumFormat() {}

    /**
     * Reads a constant.
     *
     * @param all all constants of the enum, in their order
     * @throws IOException if it cannot be read, or there is no such constant: a later version may have written it
     */
    public static <E extends Enum<E>> E read(DataInput in, E[] all) throws IOException {
        int place = in.readUnsignedByte();
        if (place >= all.length) {
            throw new IOException("it was written by another version: the "
                    + all[0].getDeclaringClass().getSimpleName() + " " + place + " is not known");
        }
        return all[place];
    }
}
