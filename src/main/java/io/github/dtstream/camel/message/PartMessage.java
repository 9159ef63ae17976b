package io.github.dtstream.camel.message;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * The message of one event in a batch that a split sends one by one. The split puts each message into an exchange of its own.
 * The message remembers that exchange, which shows how far the part is.
 *
 * <p>The exchange belongs to the thread that routes it. What another thread reads may be a moment old.
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

    /** Called once, before the part is sent. */
    void isPartOf(Exchange exchange) {}

    /** Whether the split has sent it: that is when it gets its index. */
    final boolean hasBegun() {
        Exchange exchange = part;
        return exchange != null && exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX) != null;
    }

    /** Whether it is in a step of the route: while it is, its exchange has a unit of work. */
    final boolean isUnderWay() {
        Exchange exchange = part;
        return exchange != null && hasBegun() && exchange.getUnitOfWork() != null;
    }

    /** Why it failed; null if it did not, or has not yet. */
    final @Nullable Throwable failure() {
        Exchange exchange = part;
        return exchange == null ? null : exchange.getException();
    }

    /** Copies are not the part. */
    @Override
    public DefaultMessage newInstance() {
        return new DefaultMessage(getCamelContext());
    }
}
