/**
 * The delivery to one subscriber: batches, the window of events that the cursor has not passed, when and how often an
 * event is tried again, and replays of a span of the journal. It does not depend on Camel.
 *
 * <p>Threads: each subscriber has one that takes batches ({@code BatchDelivery}); the thread that finishes an exchange
 * reports it to {@code BatchDelivery}. Locks: {@code BatchDelivery} has one, which guards the window, the log and the
 * counters, and is never held while a journal or a route is called. {@code PartEnds} and {@code ReplaySubscription}
 * have one each, under which no other is taken.
 */
@NullMarked
package io.github.dtstream.delivery.batch;

import org.jspecify.annotations.NullMarked;
