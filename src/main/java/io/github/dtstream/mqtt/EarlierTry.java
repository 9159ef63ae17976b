package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.Refusal;
import java.util.BitSet;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The result of an earlier attempt for the same exchange, if the route's error handler repeats it. Messages that the
 * broker has acknowledged are not published again, and those that it has refused for good stay refused. Immutable; a
 * property of the exchange.
 */
final class EarlierTry {
    static final EarlierTry NONE = new EarlierTry(null, null, new BitSet(), List.of());

    private static final String PROPERTY = "DtMqttEarlierTry";

    private final @Nullable Object producer;
    private final @Nullable Object body;
    private final BitSet published;
    private final List<Refusal> refused;

    private EarlierTry(@Nullable Object producer, @Nullable Object body, BitSet published, List<Refusal> refused) {
        this.producer = producer;
        this.body = body;
        this.published = published;
        this.refused = refused;
    }

    /** The result of the same producer for the same body; another step of the route, or another list, begins anew. */
    static EarlierTry of(Exchange exchange, Object producer) {
        EarlierTry earlier = exchange.getProperty(PROPERTY, EarlierTry.class);
        boolean isSame = earlier != null
                && earlier.producer == producer
                && earlier.body == exchange.getMessage().getBody();
        return isSame ? earlier : NONE;
    }

    /** Keeps the result in the exchange for the next attempt. */
    static void keep(Exchange exchange, Object producer, @Nullable PublishException outcome) {
        if (outcome != null) {
            List<Refusal> forGood =
                    outcome.refusals().stream().filter(Refusal::permanent).toList();
            exchange.setProperty(
                    PROPERTY, new EarlierTry(producer, exchange.getMessage().getBody(), outcome.published(), forGood));
        } else {
            exchange.removeProperty(PROPERTY);
        }
    }

    /** Whether a message must not be published any more. */
    boolean isSettled(int index) {
        return published.get(index) || refused.stream().anyMatch(refusal -> refusal.index() == index);
    }

    BitSet published() {
        return (BitSet) published.clone();
    }

    List<Refusal> refused() {
        return refused;
    }
}
