/**
 * The delivery to one subscriber: batches, the window of events that the cursor has not passed, when and how often an event is
 * tried again, and delivering a span of the journal again. Without any Camel.
 *
 * <p>Threads: each subscriber has one that takes batches ({@code BatchDelivery}); whoever finishes an exchange reports it to
 * the {@code DeliveryWindow}. Locks: a {@code DeliveryWindow} has one, and {@code BatchDelivery} one, a leaf, over what its
 * status shows; the window's is never held while a journal or a route is called.
 */
@NullMarked
package io.github.dtstream.delivery.batch;

import org.jspecify.annotations.NullMarked;
