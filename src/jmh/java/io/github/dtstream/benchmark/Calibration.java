package io.github.dtstream.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * How fast the machine is, measured by a loop that never changes. Figures of two tables compare as their calibrations
 * do.
 *
 * @param cpu milliseconds of processor time for the loop
 * @param elapsed milliseconds until the loop ended: more than {@code cpu} if other programs used the processors
 *     meanwhile
 */
record Calibration(double cpu, double elapsed) {
    private static final int STEPS = 20_000_000;
    private static final int WARM_UP = 5;
    /** 2 MiB of numbers, so that the loop also waits for memory. */
    private static final int TABLE = 1 << 18;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Takes about a second. */
    static Calibration measure() {
        long[] table = new long[TABLE];
        Calibration last = new Calibration(0, 0);
        for (int run = 0; run <= WARM_UP; run++) {
            long began = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            if (loop(table) == 0) {
                throw new IllegalStateException("the loop has no result");
            }
            last = new Calibration((THREADS.getCurrentThreadCpuTime() - cpu) / 1e6, (System.nanoTime() - began) / 1e6);
        }
        return last;
    }

    private static long loop(long[] table) {
        long state = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < STEPS; i++) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            int slot = (int) (state >>> 20) & TABLE - 1;
            table[slot] += state;
            state += table[slot] >>> 3;
        }
        return state | 1;
    }

    /** Formats a line below a table. */
    static String line(Calibration before, Calibration after) {
        return String.format(
                Locale.ROOT,
                "%nCalibration loop: %.0f ms of CPU in %.0f ms before, %.0f in %.0f after.%n",
                before.cpu,
                before.elapsed,
                after.cpu,
                after.elapsed);
    }
}
