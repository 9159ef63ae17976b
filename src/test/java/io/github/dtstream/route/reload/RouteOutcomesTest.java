package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteOutcomesTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovableClock clock = new MovableClock(NOON);
    private final RouteOutcomes outcomes = new RouteOutcomes(clock, 3);

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    private void ends(@Nullable Exception failure) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setException(failure);
        outcomes.onExchangeDone(null, exchange);
        clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void knowsNothingOfARouteThatHadNoExchange() {
        assertThat(outcomes.succeeds()).isFalse();
        assertThat(outcomes.done()).isZero();
        assertThat(outcomes.firstDone()).isEmpty();
        assertThat(outcomes.earlyFailure()).isEmpty();
    }

    @Test
    void remembersWhenTheFirstEndedAndHowManyDid() {
        ends(null);
        ends(null);

        assertThat(outcomes.firstDone()).contains(NOON);
        assertThat(outcomes.done()).isEqualTo(2);
        assertThat(outcomes.succeeds()).isTrue();
    }

    @Test
    void saysWhyTheFirstOfTheFirstFailed() {
        ends(null);
        ends(new IllegalStateException("outer", new IOException("no such column\n\tat …")));
        ends(new IOException("another"));

        assertThat(outcomes.earlyFailure()).contains("no such column");
    }

    @Test
    void whatFailsAfterTheFirstOnesIsNoEarlyFailure() {
        for (int i = 0; i < 3; i++) {
            ends(null);
        }
        ends(new IOException("away"));

        assertThat(outcomes.earlyFailure()).isEmpty();
        assertThat(outcomes.succeeds()).isFalse();
    }

    @Test
    void theLastOfTheFirstOnesCounts() {
        ends(null);
        ends(null);
        ends(new IOException("away"));

        assertThat(outcomes.earlyFailure()).contains("away");
    }

    @Test
    void succeedsAgainOnceTheFailureIsLongAgo() {
        ends(new IOException("away"));
        ends(null);
        ends(null);
        assertThat(outcomes.succeeds())
                .as("the failure is one of the last three")
                .isFalse();
        ends(null);

        assertThat(outcomes.succeeds()).isTrue();
    }
}
