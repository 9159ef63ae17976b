package io.github.dtstream.simulator.device;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Makes identifiers that look like the cloud's: 20 characters of base32hex that hold the second, a machine, and a
 * counter, as the published xid scheme has it. Unique within one instance up to 16 million a second. Not thread-safe.
 */
public final class Identifiers {
    private static final char[] DIGITS = "0123456789abcdefghijklmnopqrstuv".toCharArray();
    private static final int LENGTH = 20;

    private final long machine;
    private int counter;

    public Identifiers(RandomGenerator random) {
        this.machine = random.nextLong() & 0xFF_FFFF_FFFFL;
        this.counter = random.nextInt() & 0xFF_FFFF;
    }

    /** The next identifier, stamped with the second of a time. */
    public String next(Instant at) {
        int count = counter;
        counter = (counter + 1) & 0xFF_FFFF;
        // 96 bits from the left: 32 of seconds, 40 of machine and process, 24 of counter; zeros fill up the last digit.
        long high = (at.getEpochSecond() & 0xFFFF_FFFFL) << 32 | machine >>> 8;
        long low = (machine & 0xFF) << 56 | (long) count << 32;
        char[] text = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = DIGITS[(int) (high >>> 59)];
            high = high << 5 | low >>> 59;
            low <<= 5;
        }
        return new String(text);
    }
}
