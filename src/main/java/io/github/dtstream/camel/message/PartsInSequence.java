package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.batch.BatchDelivery;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.apache.camel.Message;

/**
 * The parts of a batch that a split sends one after the other. Progress and failures are read from the parts' exchanges
 * only when needed: after a failure, and when a batch takes long. A batch that succeeds is not slowed down.
 */
public final class PartsInSequence {
    private final List<Message> parts;

    /** @param parts each a {@link PartMessage} */
    public PartsInSequence(List<Message> parts) {
        this.parts = parts;
    }

    /** Whether the split has sent the last part: if the batch succeeded then, all parts have. */
    public boolean areAllSent() {
        return part(parts.size() - 1).hasBegun();
    }

    /** Reports each part that has ended, after the batch has. Called by the thread that ends the batch. */
    public void tellEnds(BatchDelivery.Acknowledgement acknowledgement) {
        int last = sent() - 1;
        tell(last, acknowledgement);
        if (last >= 0 && !part(last).isUnderWay()) {
            acknowledgement.partDone(last, part(last).failure());
        }
    }

    /** Reports each part that has ended, before the batch has: all parts before the newest. Called by any thread. */
    public void tellEndsSoFar(BatchDelivery.Acknowledgement acknowledgement) {
        int last = sent() - 1;
        // A part's failure was written before the next part was sent, so it must be read after that.
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
