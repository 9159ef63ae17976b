package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.BatchDelivery;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.SynchronizationVetoable;

/**
 * A part that tells when it has ended, for splits that have several parts under way at once. The part's unit of work tells it,
 * whatever steps, threads and error handlers the part went through. That costs as much as a cheap step; where parts run one
 * after the other, there is {@link PartsInSequence}.
 */
public final class TellingPart extends PartMessage implements SynchronizationVetoable {
    private final BatchDelivery.Acknowledgement acknowledgement;
    private final int index;

    /** @param index of the event in the batch */
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

    /** A queue takes the part over and the split goes on: as documented, that is the end of it. */
    @Override
    public boolean allowHandover() {
        return false;
    }

    @Override
    public void beforeHandover(Exchange target) {}
}
