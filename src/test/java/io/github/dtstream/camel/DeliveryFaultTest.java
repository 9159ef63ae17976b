package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

final class DeliveryFaultTest {
    @Test
    void takesAValueThatTheDatabaseRefusesForARefusal() {
        assertThat(DeliveryFault.of(new SQLException("invalid input", "22P02"))).isEqualTo(DeliveryFault.REFUSAL);
        assertThat(DeliveryFault.of(new RuntimeCamelException(new SQLException("not null", "23502"))))
                .isEqualTo(DeliveryFault.REFUSAL);
    }

    @Test
    void waitsForADatabaseThatIsAwayOrNotSetUp() {
        SQLException noConnection = new SQLException("refused", "08001", new ConnectException("refused"));
        assertThat(DeliveryFault.of(noConnection)).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(DeliveryFault.of(new SQLException("shutting down", "57P01"))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(DeliveryFault.of(new SQLException("no such table", "42P01"))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(DeliveryFault.of(new SQLException("no state"))).isEqualTo(DeliveryFault.UNAVAILABLE);
    }
}
