package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.Refusal;
import java.util.BitSet;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier try of the same exchange came to, where the route's error handler sends it once more: what the broker has
 * acknowledged is not published again, and what it has refused for good stays refused without being asked again. Immutable;
 * travels as a property of the exchange.
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

    /** That of the same producer and the very same body; another step of the route, or another list, has a first try. */
    static EarlierTry of(Exchange exchange, Object producer) {
        EarlierTry earlier = exchange.getProperty(PROPERTY, EarlierTry.class);
        boolean isSame = earlier != null
                && earlier.producer == producer
                && earlier.body == exchange.getMessage().getBody();
        return isSame ? earlier : NONE;
    }

    /** Leaves with the exchange what a further try needs to know. */
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

    /** Whether a message is not to be published any more. */
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
