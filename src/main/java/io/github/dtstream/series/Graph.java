package io.github.dtstream.series;

import java.util.List;

/**
 * Lines of several series over the same span. Immutable but for the arrays.
 *
 * @param step how wide the buckets of lines of numbers are, in milliseconds; 0 where they have every value. Lines of states
 *     have their changes, whatever the step
 * @param lines in the order in which they were asked for
 */
public record Graph(long from, long to, long step, List<Line> lines) {}
