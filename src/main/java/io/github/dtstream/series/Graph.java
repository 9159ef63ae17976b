package io.github.dtstream.series;

import java.util.List;

/**
 * Lines of several series over the same span. Immutable, except for the arrays.
 *
 * @param step the width of the buckets of lines of numbers, in milliseconds; 0 if they have every value. Lines of
 *     states have their changes, whatever the step
 * @param lines the lines in the order of the request
 */
public record Graph(long from, long to, long step, List<Line> lines) {}
