/**
 * A stream as a whole: its session with the cloud, its journal, its gap ledger and the filling of gaps, put together.
 */
@NullMarked
package io.github.dtstream.stream;

import org.jspecify.annotations.NullMarked;
