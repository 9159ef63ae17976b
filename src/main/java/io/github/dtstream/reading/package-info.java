/**
 * What an event measures: the quantities that the vendor documents, and their values in events. No state, no threads; a
 * reader belongs to one thread.
 */
@NullMarked
package io.github.dtstream.reading;

import org.jspecify.annotations.NullMarked;
