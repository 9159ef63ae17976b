package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.StreamBeans;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;

final class RecordsTest {
    private final DefaultCamelContext context = new DefaultCamelContext();

    @Test
    void areLinesAsTextBytesAndStream() {
        StreamBeans.bind(context);
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(records("{\"a\":\"å\"}", "b".getBytes(StandardCharsets.UTF_8)));

        String lines = "{\"a\":\"å\"}\nb";
        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(lines);
        assertThat(exchange.getMessage().getBody(byte[].class)).isEqualTo(lines.getBytes(StandardCharsets.UTF_8));
        assertThat(exchange.getMessage().getBody(InputStream.class)).hasContent(lines);
    }

    @Test
    void areEmptyTextWhereThereAreNone() {
        StreamBeans.bind(context);
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(records());

        assertThat(exchange.getMessage().getBody(String.class)).isEmpty();
    }

    private Records records(Object... bodies) {
        Records records = new Records();
        for (Object body : bodies) {
            DefaultMessage message = new DefaultMessage(context);
            message.setBody(body);
            records.add(message);
        }
        return records;
    }
}
