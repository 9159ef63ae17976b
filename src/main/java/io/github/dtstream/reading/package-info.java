/**
 * What an event measures: quantities as the vendor documents them, and the values that an event has of them. No state, no threads;
 * a reader belongs to one thread.
 */
@NullMarked
package io.github.dtstream.reading;

import org.jspecify.annotations.NullMarked;
