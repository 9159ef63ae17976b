package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.batch.BatchDelivery;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.SynchronizationVetoable;

/**
 * A part that reports its end, for splits that process several parts at the same time. The part's unit of work reports
 * it, whatever steps, threads and error handlers the part passed. This costs as much as a cheap step; if parts run one
 * after the other, {@link PartsInSequence} is used.
 */
public final class TellingPart extends PartMessage implements SynchronizationVetoable {
    private final BatchDelivery.Acknowledgement acknowledgement;
    private final int index;

    /** @param index the index of the event in the batch */
    public TellingPart(CamelContext context, BatchDelivery.Acknowledgement acknowledgement, int index) {
        super(context);
        this.acknowledgement = acknowledgement;
        this.index = index;
    }

    @Override
    void isPartOf(Exchange exchange) {
        exchange.getExchangeExtension().addOnCompletion(this);
    }

    @Override
    public void onComplete(Exchange exchange) {
        acknowledgement.partDone(index, null);
    }

    @Override
    public void onFailure(Exchange exchange) {
        Exception failure = exchange.getException();
        acknowledgement.partDone(
                index, failure == null ? new IllegalStateException("the route marked the part as failed") : failure);
    }

    /** If a queue takes the part over and the split continues, the part counts as ended, as documented. */
    @Override
    public boolean allowHandover() {
        return false;
    }

    @Override
    public void beforeHandover(Exchange target) {}
}
