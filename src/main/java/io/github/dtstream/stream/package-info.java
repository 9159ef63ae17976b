/**
 * A stream as a whole, which puts session, journal, gap ledger, fill and devices together.
 */
@NullMarked
package io.github.dtstream.stream;

import org.jspecify.annotations.NullMarked;
