package io.github.dtstream.series;

/**
 * What a graph shows of one series, by time. Whoever gets it owns the arrays.
 *
 * @param times in milliseconds since 1970: of the values, or where buckets begin
 * @param min the values, or each bucket's least
 * @param max the same array as {@code min} for values; each bucket's greatest
 * @param counts how many values a bucket has; empty for values
 */
public record Line(SeriesKey key, long[] times, double[] min, double[] max, int[] counts) {}
