/** Clocks, tickers and waiting as objects that are passed in, so that tests need not wait. */
@NullMarked
package io.github.dtstream.time;

import org.jspecify.annotations.NullMarked;
