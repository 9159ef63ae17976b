package io.github.dtstream.camel.message;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * The message of one event in a batch that a split sends event by event. The split puts each message into an exchange
 * of its own. The message keeps that exchange, which shows the part's progress.
 *
 * <p>The exchange belongs to the thread that routes it. Another thread may read a state that is a moment old.
 */
public class PartMessage extends DefaultMessage {
    private @Nullable Exchange part;

    public PartMessage(CamelContext context) {
        super(context);
    }

    @Override
    public void setExchange(@Nullable Exchange exchange) {
        super.setExchange(exchange);
        if (part == null && exchange != null) {
            part = exchange;
            isPartOf(exchange);
        }
    }

    /** Sets the part's exchange. Called once, before the part is sent. */
    void isPartOf(Exchange exchange) {}

    /** Whether the split has sent the part; the part gets its index then. */
    final boolean hasBegun() {
        Exchange exchange = part;
        return exchange != null && exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX) != null;
    }

    /** Whether a step of the route is processing the part; its exchange has a unit of work then. */
    final boolean isUnderWay() {
        Exchange exchange = part;
        return exchange != null && hasBegun() && exchange.getUnitOfWork() != null;
    }

    /** The reason if the part has failed, else null. */
    final @Nullable Throwable failure() {
        Exchange exchange = part;
        return exchange == null ? null : exchange.getException();
    }

    /** A copy is an ordinary message, not the part. */
    @Override
    public DefaultMessage newInstance() {
        return new DefaultMessage(getCamelContext());
    }
}
