package io.github.dtstream.series;

import io.github.dtstream.series.value.SeriesKey;

/**
 * The line of one series in a graph, by time. The receiver owns the arrays.
 *
 * @param times the times of the values, or the begins of the buckets, in milliseconds since 1970
 * @param min the values, or the least value of each bucket
 * @param max for values the same array as {@code min}; else the greatest value of each bucket
 * @param counts the number of values of each bucket; empty for values
 */
public record Line(SeriesKey key, long[] times, double[] min, double[] max, int[] counts) {}
