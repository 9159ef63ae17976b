package io.github.dtstream.mqtt.message;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one exchange: counts messages without a result, and keeps the refusals.
 *
 * <p>A route that is stopped waits for its exchanges before its producers are stopped. The batch is hurried then, so
 * that an unreachable broker does not delay the stop.
 *
 * <p>All mutable fields are guarded by the lock of the batch's connection.
 */
public final class PublishBatch {
    private final Object owner;
    private final @Nullable String routeId;
    private final @Nullable BatchOrigin origin;
    private final Consumer<@Nullable PublishException> completion;
    private final List<Refusal> refusals = new ArrayList<>();
    private List<Publication> publications = List.of();
    private BitSet published = new BitSet();
    private int outstanding;

    /** By the message's index: how many of its publications have no result, or were refused. */
    private int[] missing = {};

    private boolean hurried;
    private boolean done;

    /**
     * @param owner the producer; a stop finds its batches by this
     * @param routeId the route that waits for the batch; null if none does
     * @param origin who has handed out the batch; null if that does not end before the route
     * @param completion called once, with null if all were acknowledged
     */
    public PublishBatch(
            Object owner,
            @Nullable String routeId,
            @Nullable BatchOrigin origin,
            Consumer<@Nullable PublishException> completion) {
        this.owner = owner;
        this.routeId = routeId;
        this.origin = origin;
        this.completion = completion;
    }

    /**
     * Called once, before the batch is published.
     *
     * @param refusedBefore messages that were refused without being sent, or in an earlier attempt
     * @param publishedBefore the indexes of messages that an earlier attempt has published
     */
    public void fill(List<Publication> publications, List<Refusal> refusedBefore, BitSet publishedBefore) {
        this.publications = publications;
        this.outstanding = publications.size();
        this.refusals.addAll(refusedBefore);
        this.published = (BitSet) publishedBefore.clone();
        int last = publications.stream().mapToInt(Publication::index).max().orElse(-1);
        this.missing = new int[last + 1];
        publications.forEach(publication -> missing[publication.index()]++);
    }

    public List<Publication> publications() {
        return publications;
    }

    public Object owner() {
        return owner;
    }

    public boolean isDone() {
        return done;
    }

    public boolean isOf(String route) {
        return route.equals(routeId);
    }

    public boolean isFrom(BatchOrigin other) {
        return origin == other;
    }

    /** Notes that the route of the batch is being stopped. */
    public void hurry() {
        hurried = true;
    }

    /** Whether its route is being stopped, or its origin has ended. */
    public boolean isHurried() {
        return hurried || origin != null && origin.hasEnded();
    }

    /** @return whether this was the last message */
    public boolean settled(Publication publication, @Nullable Refusal refusal) {
        if (refusal != null) {
            refusals.add(refusal);
        } else if (--missing[publication.index()] == 0) {
            published.set(publication.index());
        }
        return --outstanding == 0;
    }

    /** Ends the batch with the results of its messages; returns the completion to run. */
    public Completion finish() {
        return finish(outcome());
    }

    /** Fails the batch although messages have no result; returns the completion to run. */
    public Completion abandon(String why) {
        String message = why + ": " + outstanding + " of " + publications.size() + " messages were not acknowledged";
        return finish(new PublishFailedException(message, refusals, published));
    }

    private Completion finish(@Nullable PublishException outcome) {
        done = true;
        publications = List.of();
        return new Completion(owner, () -> completion.accept(outcome));
    }

    /** The result so far; null if no message was refused. */
    public @Nullable PublishException outcome() {
        if (refusals.isEmpty()) {
            return null;
        }
        refusals.sort(Comparator.comparingInt(Refusal::index));
        return refusals.stream().allMatch(Refusal::permanent)
                ? new PublishRefusedException(refusals, published)
                : new PublishFailedException(refusals, published);
    }
}
