package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.batch.BatchDelivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three parts, each with its index as the body. */
final class PartsInSequenceTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<String> ends = new ArrayList<>();
    private final List<Message> parts = new ArrayList<>();
    private final PartsInSequence sequence = new PartsInSequence(parts);
    private final BatchDelivery.Acknowledgement noted = new BatchDelivery.Acknowledgement() {
        @Override
        public void partDone(int index, @Nullable Throwable failure) {
            ends.add(index + (failure == null ? "" : " failed"));
        }

        @Override
        public void done(@Nullable Throwable failure) {
            throw new AssertionError("nobody says that all of it is done");
        }
    };

    @BeforeEach
    void makeParts() {
        IntStream.range(0, 3).forEach(index -> {
            PartMessage part = new PartMessage(context);
            part.setBody(index);
            parts.add(part);
        });
    }

    @AfterEach
    void stop() throws IOException {
        context.close();
    }

    @Test
    void tellsOfThoseBeforeTheOneThatIsUnderWay() throws Exception {
        send(true, part -> {
            if (index(part) == 2) {
                sequence.tellEndsSoFar(noted);
            }
        });

        assertThat(ends).containsExactly("0", "1");
        assertThat(sequence.areAllSent()).isTrue();
    }

    @Test
    void tellsOfTheOneThatFailedAndNothingOfThoseBehindIt() throws Exception {
        send(true, part -> fail(index(part) == 1));
        sequence.tellEnds(noted);

        assertThat(ends).containsExactly("0", "1 failed");
        assertThat(sequence.areAllSent()).isFalse();
    }

    @Test
    void tellsOfAllWhereASplitGoesOnAfterAFailure() throws Exception {
        send(false, part -> fail(index(part) == 1));
        sequence.tellEnds(noted);

        assertThat(ends).containsExactly("0", "1 failed", "2");
        assertThat(sequence.areAllSent()).isTrue();
    }

    @Test
    void tellsOfNoneThatWasNotSent() {
        sequence.tellEnds(noted);
        sequence.tellEndsSoFar(noted);

        assertThat(ends).isEmpty();
        assertThat(sequence.areAllSent()).isFalse();
    }

    private static int index(Exchange part) {
        return part.getMessage().getBody(Integer.class);
    }

    private static void fail(boolean now) throws IOException {
        if (now) {
            throw new IOException("the sink is away");
        }
    }

    private void send(boolean stopsOnException, Processor sink) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .split()
                        .simple("${body}")
                        .stopOnException(String.valueOf(stopsOnException))
                        .process(sink);
            }
        });
        context.start();
        context.createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody(parts));
    }
}
