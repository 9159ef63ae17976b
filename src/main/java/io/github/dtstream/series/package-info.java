/**
 * The values of every series (a quantity of a device) for graphs and for those who look: the newest ones in memory, all that the
 * journal holds in blocks on disk, which are derived from it and made anew where they are spoilt.
 *
 * <p>One begins at {@link io.github.dtstream.series.SeriesIndex}, one for each stream. Its thread follows the journal and owns what is
 * written; one lock guards what others see, and nobody waits under it.
 */
@NullMarked
package io.github.dtstream.series;

import org.jspecify.annotations.NullMarked;
