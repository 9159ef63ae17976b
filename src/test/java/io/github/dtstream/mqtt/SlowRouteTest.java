package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two routes with the same broker; the step after dt-mqtt hangs in one of them. */
@Timeout(180)
class SlowRouteTest extends MqttTest {
    @TempDir
    private Path folder;

    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private ProducerTemplate template;

    @BeforeEach
    void startRoutes() throws Exception {
        StubBroker broker = with(StubBroker.start());
        Publisher publisher = with(new Publisher(uri(broker, "none")));
        publisher.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").to(uri(broker, "slow")).process(exchange -> {
                    reached.countDown();
                    hangs.await();
                });
                from("direct:fast").to(uri(broker, "fast"));
            }
        });
        template = publisher.context().createProducerTemplate();
    }

    @AfterEach
    void goOn() {
        hangs.countDown();
    }

    private String uri(StubBroker broker, String topic) {
        return "dt-mqtt:" + topic + "?brokerUrl=" + broker.url() + FAST + "&stateDirectory=" + folder;
    }

    private CompletableFuture<Exchange> send(String route, String body) {
        return template.asyncSend(
                "direct:" + route, exchange -> exchange.getMessage().setBody(body));
    }

    @Test
    void delaysNoOther() throws Exception {
        CompletableFuture<Exchange> slow = send("slow", "1");
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();

        Exchange fast = send("fast", "a").get(60, TimeUnit.SECONDS);

        assertThat(fast.getException()).isNull();
        assertThat(slow).isNotDone();
        hangs.countDown();
        assertThat(slow.get(60, TimeUnit.SECONDS).getException()).isNull();
    }
}
