package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.delivery.batch.Overdue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.ServiceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteHealthTest {
    private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

    private static DeliveryStatus delivery(
            long lag,
            @Nullable String failure,
            @Nullable Overdue overdue,
            DeliveryFailures setAside,
            DeliveryFailures handled) {
        Instant since = failure == null ? null : NOW.minusSeconds(57);
        return new DeliveryStatus(
                "files",
                lag,
                0,
                100,
                1.0,
                0,
                NOW,
                since,
                3,
                failure,
                overdue,
                DeliveryFailures.NONE,
                setAside,
                handled);
    }

    private static Health of(DeliveryStatus delivery) {
        return PartHealth.ofRoute("a", ServiceStatus.Started, Optional.of(delivery), NOW);
    }

    @Test
    void isUpWhileItDeliversAndSaysHowMuchIsLeft() {
        assertThat(of(delivery(0, null, null, DeliveryFailures.NONE, DeliveryFailures.NONE)))
                .isEqualTo(new Health(Health.Kind.ROUTE.part("a"), Health.Status.UP, "delivered all there is"));
        assertThat(of(delivery(7, null, null, DeliveryFailures.NONE, DeliveryFailures.NONE))
                        .message())
                .isEqualTo("7 events to go");
    }

    @Test
    void isUpWithoutAStreamOfItsOwn() {
        assertThat(PartHealth.ofRoute("a", ServiceStatus.Started, Optional.empty(), NOW))
                .isEqualTo(new Health(Health.Kind.ROUTE.part("a"), Health.Status.UP, "started"));
    }

    @Test
    void isDegradedWhenStoppedOrSuspended() {
        for (ServiceStatus state : List.of(ServiceStatus.Stopped, ServiceStatus.Suspended, ServiceStatus.Stopping)) {
            Health health = PartHealth.ofRoute("a", state, Optional.empty(), NOW);

            assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(health.message())
                    .startsWith(state.name().toLowerCase(Locale.ROOT))
                    .contains("waits in the journal");
        }
    }

    @Test
    void isDownWhileDeliveriesFailAndSaysSinceWhenWhyAndHowManyWait() {
        Health health = of(delivery(7, "Connection refused", null, DeliveryFailures.NONE, DeliveryFailures.NONE));

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message())
                .isEqualTo(
                        "deliveries fail for 57 s (3 attempts): Connection refused; 7 events wait, and it is tried again");
    }

    @Test
    void isDegradedWhileABatchIsOverdueAndSaysWhatItWaitsFor() {
        Overdue overdue = new Overdue(NOW.minusSeconds(90), Duration.ofSeconds(2), "https://example.com");

        Health health = of(delivery(7, null, overdue, DeliveryFailures.NONE, DeliveryFailures.NONE));

        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.message()).contains("https://example.com", "2 s", "7 events to go");
    }

    @Test
    void tellsForADayWhatWasRefusedAndForTenMinutesWhatAnErrorHandlerTook() {
        DeliveryFailures refused = new DeliveryFailures(2, NOW.minus(Duration.ofHours(23)), "400 too large");
        DeliveryFailures handled = new DeliveryFailures(1, NOW.minus(Duration.ofMinutes(9)), "no such table");

        Health both = of(delivery(0, null, null, refused, handled));
        assertThat(both.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(both.message())
                .contains(
                        "2 events, the last",
                        "400 too large",
                        "rejected retry",
                        "1 failure, the last",
                        "no such table");

        DeliveryFailures old = new DeliveryFailures(2, NOW.minus(Duration.ofHours(25)), "400 too large");
        DeliveryFailures older = new DeliveryFailures(1, NOW.minus(Duration.ofMinutes(11)), "no such table");
        assertThat(of(delivery(0, null, null, old, older)).status()).isEqualTo(Health.Status.UP);
    }
}
