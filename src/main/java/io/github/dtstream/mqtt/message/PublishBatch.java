package io.github.dtstream.mqtt.message;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one exchange: counts what is outstanding and remembers what was refused.
 *
 * <p>A route that is stopped waits for its exchanges before it stops its producers. So that a broker that is away does not
 * hold up a stop, the batch is hurried then.
 *
 * <p>All mutable fields are guarded by the lock of the connection that the batch is published on.
 */
public final class PublishBatch {
    private final Object owner;
    private final @Nullable String routeId;
    private final Consumer<@Nullable PublishException> completion;
    private final List<Refusal> refusals = new ArrayList<>();
    private List<Publication> publications = List.of();
    private BitSet published = new BitSet();
    private int outstanding;

    /** By index of the message: how many of its publications have no outcome, or were refused. */
    private int[] missing = {};

    private boolean hurried;
    private boolean done;

    /**
     * @param owner the producer, by which a stop finds its batches
     * @param routeId the route that waits for the batch; null if none does
     * @param completion called once, with null if all were acknowledged
     */
    public PublishBatch(Object owner, @Nullable String routeId, Consumer<@Nullable PublishException> completion) {
        this.owner = owner;
        this.routeId = routeId;
        this.completion = completion;
    }

    /**
     * Called once, before the batch is given to a connection.
     *
     * @param refusedBefore without being sent, or in an earlier try
     * @param publishedBefore the indexes of the messages that an earlier try has published
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

    /** Whoever waits for the batch is being stopped. */
    public void hurry() {
        hurried = true;
    }

    public boolean isHurried() {
        return hurried;
    }

    /** @return whether this was the last one */
    public boolean settled(Publication publication, @Nullable Refusal refusal) {
        if (refusal != null) {
            refusals.add(refusal);
        } else if (--missing[publication.index()] == 0) {
            published.set(publication.index());
        }
        return --outstanding == 0;
    }

    /** Ends the batch with what is known of its messages; what to run afterwards. */
    public Runnable finish() {
        return finish(outcome());
    }

    /** Ends the batch although messages are outstanding; what to run afterwards. */
    public Runnable abandon(String why) {
        String message = why + ": " + outstanding + " of " + publications.size() + " messages were not acknowledged";
        return finish(new PublishFailedException(message, refusals, published));
    }

    private Runnable finish(@Nullable PublishException outcome) {
        done = true;
        publications = List.of();
        return () -> completion.accept(outcome);
    }

    /** What is known of the messages so far: null if none was refused. */
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
