package io.github.dtstream.route.model;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class QuietErrorsTest {
    @Test
    void leaveTheFailureToTheCallerAndTheLogEmpty() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger("org.apache.camel.processor.errorhandler.DefaultErrorHandler");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            QuietErrors.install(context);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a").throwException(IllegalStateException.class, "sink away");
                }
            });
            context.start();
            Exchange exchange = new DefaultExchange(context);
            context.createProducerTemplate().send("direct:a", exchange);

            assertThat(exchange.getException()).hasMessage("sink away");
            assertThat(lines.list).isEmpty();
        } finally {
            log.detachAppender(lines);
        }
    }
}
