package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import io.github.dtstream.camel.CamelSinkFailures;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class DeliveryFaultTest {
    private static DeliveryFault fault(Throwable failure) {
        return DeliveryFault.of(failure, new CamelSinkFailures());
    }

    @Test
    void takesAValueThatTheDatabaseRefusesForARefusal() {
        assertThat(fault(new SQLException("invalid input", "22P02"))).isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(new RuntimeCamelException(new SQLException("not null", "23502"))))
                .isEqualTo(DeliveryFault.REFUSAL);
    }

    @Test
    void waitsForADatabaseThatIsAwayOrNotSetUp() {
        SQLException noConnection = new SQLException("refused", "08001", new ConnectException("refused"));
        assertThat(fault(noConnection)).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new SQLException("shutting down", "57P01"))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new SQLException("no such table", "42P01"))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new SQLException("no state"))).isEqualTo(DeliveryFault.UNAVAILABLE);
    }

    @Test
    void waitsForWhatItDoesNotKnow() {
        assertThat(fault(new TimeoutException("Expiring 1 record(s) for dt-events-0")))
                .isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new RuntimeCamelException(new IllegalStateException("pool is exhausted"))))
                .isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new NullPointerException())).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(new NoClassDefFoundError("org/example/Driver"))).isEqualTo(DeliveryFault.UNAVAILABLE);
    }

    @Test
    void takesWhatPointsAtTheRecordForARefusal() {
        assertThat(fault(new RecordTooLargeException("1048601 bytes"))).isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(new SerializationException("no serializer"))).isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(new RuntimeCamelException(new JsonParseException(null, "not JSON"))))
                .isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(new TypeConversionException("warm", Double.class, new NumberFormatException())))
                .isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(http(400))).isEqualTo(DeliveryFault.REFUSAL);
        assertThat(fault(http(422))).isEqualTo(DeliveryFault.REFUSAL);
    }

    @Test
    void waitsForAServerThatRefusesTheClientOrTheMoment() {
        assertThat(fault(http(401))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(http(404))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(http(429))).isEqualTo(DeliveryFault.UNAVAILABLE);
        assertThat(fault(http(503))).isEqualTo(DeliveryFault.UNAVAILABLE);
    }

    @Test
    void anErrorAboutDataThatFailedIoCausedIsWaitedFor() {
        assertThat(fault(new TypeConversionException("x", String.class, new ConnectException("refused"))))
                .isEqualTo(DeliveryFault.UNAVAILABLE);
    }

    @Test
    void anErrorAboutDataThatTheMomentCausedIsWaitedFor() {
        for (Throwable moment : new Throwable[] {
            new InterruptedException(),
            new java.util.concurrent.TimeoutException(),
            new RejectedExecutionException(),
            new OutOfMemoryError()
        }) {
            assertThat(fault(new TypeConversionException("x", String.class, moment)))
                    .as(moment.toString())
                    .isEqualTo(DeliveryFault.UNAVAILABLE);
        }
        assertThat(fault(new TypeConversionException("x", String.class, new IllegalStateException())))
                .isEqualTo(DeliveryFault.REFUSAL);
    }

    @Test
    void believesASinkThatSaysThatItRefusesTheEventWhateverTheCause() {
        assertThat(fault(
                        new RuntimeCamelException(new EventRefusedException("too old", new ConnectException("stale")))))
                .isEqualTo(DeliveryFault.REFUSAL);
    }

    private static HttpOperationFailedException http(int status) {
        return new HttpOperationFailedException("http://localhost/hook", status, "", null, Map.of(), "");
    }
}
