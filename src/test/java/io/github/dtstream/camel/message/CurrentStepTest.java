package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

final class CurrentStepTest {
    @Test
    void keepsToItselfWhatMayBeSecretInAnAddress() {
        assertThat(CurrentStep.withoutSecrets("https://hooks.example.com:8443/services/T1/B2?key=x"))
                .isEqualTo("https://hooks.example.com:8443");
        assertThat(CurrentStep.withoutSecrets("smtp://me:secret@mail.example.com:587?from=a"))
                .isEqualTo("smtp://mail.example.com:587");
        assertThat(CurrentStep.withoutSecrets("ftp:me:secret@ftp.example.com/in"))
                .isEqualTo("ftp:ftp.example.com/in");
        assertThat(CurrentStep.withoutSecrets("jdbc://postgres?useHeadersAsParameters=true"))
                .isEqualTo("jdbc://postgres");
        assertThat(CurrentStep.withoutSecrets("file:///data/events?fileName=x")).isEqualTo("file:///data/events");
    }

    @Test
    void namesTheEndpointThatAPartOrTheBatchIsIn() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            PartMessage part = new PartMessage(context);
            DefaultExchange exchange = new DefaultExchange(context);
            exchange.getIn().setBody(List.of(part));
            List<Message> parts = List.of(part);
            StringBuilder seen = new StringBuilder();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .split()
                            .simple("${body}")
                            .to("direct:sink")
                            .end()
                            .to("direct:after");
                    from("direct:sink").process(any -> seen.append(CurrentStep.of(exchange, parts)));
                    from("direct:after").process(any -> seen.append(", ").append(CurrentStep.of(exchange, parts)));
                }
            });
            context.start();
            ProducerTemplate template = context.createProducerTemplate();

            Exchange ended = template.send("direct:in", exchange);

            assertThat(ended.getException()).isNull();
            assertThat(seen).hasToString("direct://sink, direct://after");
        }
    }
}
