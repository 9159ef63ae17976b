package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.push.MessageRefusedException;
import io.github.dtstream.push.PushDelayedException;
import io.github.dtstream.push.PushRefusals;
import io.github.dtstream.push.SignatureRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ProcessorEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped route's answers for each result of a push, which the test determines. */
class DataConnectorAnswersTest {
    private static final String SOURCE = "      uri: platform-http:/data-connector/{project}\n"
            + "      parameters:\n        httpMethodRestrict: POST\n";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private @Nullable Exception failure;

    @BeforeEach
    void load() throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of("dt.project-id", "p1", "dt.route.data-connector", "true"));
        context.getPropertiesComponent().setOverrideProperties(properties);
        context.addComponent("dt-stream", new DefaultComponent() {
            @Override
            protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
                parameters.clear();
                Processor sink = exchange -> {
                    if (failure != null) {
                        throw failure;
                    }
                };
                return new ProcessorEndpoint(uri, this, sink);
            }
        });
        String route = Files.readString(Path.of("routes/data-connector.camel.yaml"));
        assertThat(route).contains(SOURCE);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromString("r.camel.yaml", route.replace(SOURCE, "      uri: direct:in\n")));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Message answer(@Nullable Exception thrown) {
        failure = thrown;
        Exchange exchange = context.createProducerTemplate().send("direct:in", each -> {
            each.getMessage().setBody("{}");
            each.getMessage().setHeader("X-Dt-Signature", "a token");
        });
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey("X-Dt-Signature");
        return exchange.getMessage();
    }

    private int status(@Nullable Exception thrown) {
        return answer(thrown).getHeader("CamelHttpResponseCode", Integer.class);
    }

    @Test
    void saysWhetherItIsToBeSentAgain() {
        assertThat(status(null)).isEqualTo(204);
        assertThat(status(new SignatureRefusedException(PushRefusals.Reason.EXPIRED, "it has expired")))
                .isEqualTo(401);
        Message refused = answer(new MessageRefusedException("it is no event"));
        assertThat(refused.getHeader("CamelHttpResponseCode", Integer.class)).isEqualTo(400);
        assertThat(refused.getBody(String.class)).isEqualTo("it is no event");
    }

    @Test
    void asksForWhatIsNotOnDiskInTimeAgainLaterAndSaysNothingOfWhatIsWrong() {
        for (Exception thrown :
                new Exception[] {new PushDelayedException("the disk is full"), new IllegalStateException("inner")}) {
            Message delayed = answer(thrown);
            assertThat(delayed.getHeader("CamelHttpResponseCode", Integer.class))
                    .isEqualTo(503);
            assertThat(delayed.getHeader("Retry-After", String.class)).isEqualTo("5");
            assertThat(delayed.getBody(String.class)).isEqualTo("send it again later");
        }
    }
}
