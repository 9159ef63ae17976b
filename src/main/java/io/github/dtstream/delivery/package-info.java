/**
 * What becomes of the events of one subscriber, without any Camel: batches, the window of events that the cursor has not
 * passed, what a failure means for each of them, when and how often it is tried again, and delivering a span again.
 *
 * <p>Threads: each subscriber has one that takes batches ({@code BatchDelivery}); whoever finishes an exchange reports it to
 * the {@code DeliveryWindow}. Locks: a {@code DeliveryWindow} has one, and {@code BatchDelivery} one, a leaf, over what its
 * status shows; the window's is never held while a journal or a route is called.
 */
@NullMarked
package io.github.dtstream.delivery;

import org.jspecify.annotations.NullMarked;
