package io.github.dtstream.camel.message;

import java.util.ArrayList;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConverter;

/**
 * The result of a batch's split: the messages of its records, in order. As text it is the records' bodies, one per
 * line. A sink that does not know lists gets this text: one request with all records.
 */
final class Records extends ArrayList<Message> {
    private static final long serialVersionUID = 1L;

    /** The bodies, separated by newlines; empty text if there are none. */
    String lines(Exchange exchange) {
        TypeConverter converter = exchange.getContext().getTypeConverter();
        return stream()
                .map(record -> converter.convertTo(String.class, exchange, record.getBody()))
                .collect(Collectors.joining("\n"));
    }
}
