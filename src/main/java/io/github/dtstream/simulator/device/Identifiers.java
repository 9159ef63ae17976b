package io.github.dtstream.simulator.device;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Makes identifiers in the cloud's form: 20 characters of base32hex with the second, a machine, and a counter, as in
 * the published xid scheme. Unique within one instance up to 16 million a second. Not thread-safe.
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

    /** The next identifier, with the second of a time. */
    public String next(Instant at) {
        int count = counter;
        counter = (counter + 1) & 0xFF_FFFF;
        // 96 bits from the left: 32 of seconds, 40 of machine and process, 24 of counter. Zeros fill the last digit.
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
