package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.BatchDelivery;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.apache.camel.Message;

/**
 * The parts of a batch that a split sends one after the other. How far it is, and what has failed, is read from their exchanges
 * when it is asked for: after a failure, and while a batch takes long. A batch that goes well is not slowed down by it.
 */
public final class PartsInSequence {
    private final List<Message> parts;

    /** @param parts of which each is a {@link PartMessage} */
    public PartsInSequence(List<Message> parts) {
        this.parts = parts;
    }

    /** Whether the split has sent the last one: if the batch has ended well then, so have all. */
    public boolean areAllSent() {
        return part(parts.size() - 1).hasBegun();
    }

    /** Tells of each that has come to its end, now that the batch has. Called by the thread that ends it. */
    public void tellEnds(BatchDelivery.Acknowledgement acknowledgement) {
        int last = sent() - 1;
        tell(last, acknowledgement);
        if (last >= 0 && !part(last).isUnderWay()) {
            acknowledgement.partDone(last, part(last).failure());
        }
    }

    /** Tells of each that has come to its end, while the batch is under way: all before the newest. Called by any thread. */
    public void tellEndsSoFar(BatchDelivery.Acknowledgement acknowledgement) {
        int last = sent() - 1;
        // A part's failure was written before the next part was sent. So it must be read after that was seen.
        VarHandle.acquireFence();
        tell(last, acknowledgement);
    }

    private void tell(int end, BatchDelivery.Acknowledgement acknowledgement) {
        for (int i = 0; i < end; i++) {
            acknowledgement.partDone(i, part(i).failure());
        }
    }

    private int sent() {
        int sent = 0;
        while (sent < parts.size() && part(sent).hasBegun()) {
            sent++;
        }
        return sent;
    }

    private PartMessage part(int index) {
        return (PartMessage) parts.get(index);
    }
}
