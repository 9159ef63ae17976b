/**
 * The values of every series (a quantity of a device), for graphs and viewers. The newest ones are in memory. Those of
 * all the journal's events are in blocks on disk, which are derived from the journal and made again if they are spoilt.
 *
 * <p>{@link io.github.dtstream.series.SeriesIndex}, one per stream, is the entry. Its thread follows the journal and
 * does all writing; one lock guards the data that others read, and nobody waits while holding it.
 */
@NullMarked
package io.github.dtstream.series;

import org.jspecify.annotations.NullMarked;
