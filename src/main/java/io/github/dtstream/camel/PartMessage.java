package io.github.dtstream.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.SynchronizationVetoable;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * The message of one event in a batch that a split sends one by one: it tells when its part is done. The split puts each
 * message into an exchange of its own, which has a unit of work of its own; the end of that is the end of the part, whatever
 * steps, threads and error handlers it went through.
 */
final class PartMessage extends DefaultMessage implements SynchronizationVetoable {
    private final BatchDelivery.Acknowledgement acknowledgement;
    private final int index;
    private volatile boolean isPart;
    private volatile boolean ended;

    /** @param index of the event in the batch */
    PartMessage(CamelContext context, BatchDelivery.Acknowledgement acknowledgement, int index) {
        super(context);
        this.acknowledgement = acknowledgement;
        this.index = index;
    }

    @Override
    public void setExchange(@Nullable Exchange exchange) {
        super.setExchange(exchange);
        if (!isPart && exchange != null) {
            isPart = true;
            exchange.getExchangeExtension().addOnCompletion(this);
        }
    }

    boolean isUnderWay() {
        return isPart && !ended;
    }

    @Override
    public void onComplete(Exchange exchange) {
        ended = true;
        acknowledgement.partDone(index, null);
    }

    @Override
    public void onFailure(Exchange exchange) {
        ended = true;
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

    /** Copies are not the part. */
    @Override
    public DefaultMessage newInstance() {
        return new DefaultMessage(getCamelContext());
    }
}
