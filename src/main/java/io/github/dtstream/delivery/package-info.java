/**
 * How a delivery fails: what a failure means for an event, what the sink said, how long it asks to be left alone, what an error
 * handler took upon itself, and what comes of sending a refused event again. Without any Camel.
 *
 * <p>No threads of its own. Locks: {@code HandledFailures} has one, a leaf; all else is immutable, or guarded by its owner.
 */
@NullMarked
package io.github.dtstream.delivery;

import org.jspecify.annotations.NullMarked;
