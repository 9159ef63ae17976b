package io.github.dtstream.series;

import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.PointConsumer;
import io.github.dtstream.series.value.Points;
import io.github.dtstream.series.value.SeriesKey;
import java.util.Arrays;

/**
 * Builds the line of one series from values in any order. It keeps every value; if there are too many, it keeps the
 * least and the greatest of each bucket, and of states also the first and the last. Not thread-safe.
 */
final class LineBuilder implements PointConsumer {
    private final SeriesKey key;
    private final boolean isState;
    private final int mostValues;
    private final long step;
    private final long firstBucket;
    private final int bucketCount;
    private final Points points = new Points();
    private boolean isReduced;

    private int[] counts = {};
    private double[] min = {};
    private double[] max = {};
    // For states only, as a line of changes needs them.
    private long[] firstTimes = {};
    private double[] firsts = {};
    private long[] lastTimes = {};
    private double[] lasts = {};

    /** @param mostValues up to so many values are kept singly */
    LineBuilder(SeriesKey key, long from, long to, long step, int mostValues) {
        this.key = key;
        this.isState = key.quantity().kind() == Quantity.Kind.STATE;
        this.mostValues = mostValues;
        this.step = step;
        this.firstBucket = Math.floorDiv(from, step);
        this.bucketCount = (int) (Math.floorDiv(to - 1, step) - firstBucket + 1);
    }

    boolean isState() {
        return isState;
    }

    boolean isReduced() {
        return isReduced;
    }

    @Override
    public void accept(long time, double value) {
        if (isReduced) {
            put(time, value);
            return;
        }
        points.accept(time, value);
        if (points.size() > mostValues) {
            reduce();
        }
    }

    /** Changes from single values to buckets. */
    void reduce() {
        if (isReduced) {
            return;
        }
        isReduced = true;
        counts = new int[bucketCount];
        min = new double[bucketCount];
        max = new double[bucketCount];
        if (isState) {
            firstTimes = new long[bucketCount];
            firsts = new double[bucketCount];
            lastTimes = new long[bucketCount];
            lasts = new double[bucketCount];
        }
        points.forEach(this::put);
        points.clear();
    }

    private void put(long time, double value) {
        int bucket = (int) (Math.floorDiv(time, step) - firstBucket);
        boolean isFirst = counts[bucket]++ == 0;
        min[bucket] = isFirst ? value : Math.min(min[bucket], value);
        max[bucket] = isFirst ? value : Math.max(max[bucket], value);
        if (isState) {
            putEnds(bucket, isFirst, time, value);
        }
    }

    private void putEnds(int bucket, boolean isFirst, long time, double value) {
        if (isFirst || time < firstTimes[bucket]) {
            firstTimes[bucket] = time;
            firsts[bucket] = value;
        }
        if (isFirst || time >= lastTimes[bucket]) {
            lastTimes[bucket] = time;
            lasts[bucket] = value;
        }
    }

    Line build() {
        if (isState) {
            return changes();
        }
        if (!isReduced) {
            points.sort();
            double[] values = points.values();
            return new Line(key, points.times(), values, values, new int[0]);
        }
        long[] times = new long[bucketCount];
        int used = 0;
        for (int bucket = 0; bucket < bucketCount; bucket++) {
            if (counts[bucket] > 0) {
                times[used] = (firstBucket + bucket) * step;
                min[used] = min[bucket];
                max[used] = max[bucket];
                counts[used] = counts[bucket];
                used++;
            }
        }
        return new Line(
                key,
                Arrays.copyOf(times, used),
                Arrays.copyOf(min, used),
                Arrays.copyOf(max, used),
                Arrays.copyOf(counts, used));
    }

    /** The line of a state: only its changes, as a state lasts until the next one. */
    private Line changes() {
        Points all = new Points();
        if (isReduced) {
            for (int bucket = 0; bucket < bucketCount; bucket++) {
                if (counts[bucket] > 0) {
                    addStates(bucket, all);
                }
            }
        } else {
            all = points;
            all.sort();
        }
        Points changes = new Points();
        for (int i = 0; i < all.size(); i++) {
            if (i == 0 || all.value(i) != all.value(i - 1)) {
                changes.accept(all.time(i), all.value(i));
            }
        }
        double[] values = changes.values();
        return new Line(key, changes.times(), values, values, new int[0]);
    }

    /** Adds the states of a bucket: the first, the last, and other ones in between for a moment. */
    private void addStates(int bucket, Points to) {
        long first = firstTimes[bucket];
        long last = lastTimes[bucket];
        to.accept(first, firsts[bucket]);
        for (double other : new double[] {min[bucket], max[bucket]}) {
            if (other != firsts[bucket] && other != lasts[bucket]) {
                to.accept(first + (last - first) / 2, other);
            }
        }
        if (last != first) {
            to.accept(last, lasts[bucket]);
        }
    }
}
