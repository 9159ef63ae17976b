/**
 * The failures of deliveries: what a failure means for an event, the sink's message, the pause that it demands,
 * failures that an error handler has handled, and the sending again of refused events. It does not depend on Camel.
 *
 * <p>No threads of its own. Locks: {@code HandledFailures} has one, under which no other is taken; the other classes
 * are immutable, or guarded by their owner.
 */
@NullMarked
package io.github.dtstream.delivery;

import org.jspecify.annotations.NullMarked;
