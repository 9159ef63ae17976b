package io.github.dtstream.route.reload;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Replaces the application's {@code #records}: gathers the parts of a split in a list, without pings. */
final class Records implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange oldExchange, Exchange newExchange) {
        List<Message> gathered = oldExchange == null ? new ArrayList<>() : gathered(oldExchange);
        if (!"ping".equals(newExchange.getMessage().getHeader("DtEventType"))) {
            gathered.add(newExchange.getMessage().copy());
        }
        Exchange result = oldExchange == null ? newExchange : oldExchange;
        result.getMessage().setBody(gathered);
        return result;
    }

    @SuppressWarnings("unchecked")
    private static List<Message> gathered(Exchange exchange) {
        return exchange.getMessage().getBody(List.class);
    }
}
