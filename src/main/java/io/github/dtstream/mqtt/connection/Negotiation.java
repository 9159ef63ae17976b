package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.github.dtstream.mqtt.link.BirthAndWill;
import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.link.MqttVersion;
import io.github.dtstream.mqtt.message.Qos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the options with which a broker accepts this client.
 *
 * <p>If a broker names a limit, less is requested at once. If it closes the connection after CONNECT without a reason,
 * it may not support MQTT 5, or may not keep the will: then the next lesser options are tried. But a proxy may also
 * close connections while the broker is unreachable. So lesser options are used only if they were reached twice in a
 * row: after the first time, everything is tried again from the beginning.
 *
 * <p>Not thread-safe: guarded by the lock of its connection.
 */
final class Negotiation {
    private final @Nullable BirthAndWill presence;
    private final boolean canSpeak311;
    private final List<Step> ladder;
    private BrokerLimits learned;
    private boolean isOldVersion;
    private int rung;

    /** The index of the options that the broker accepted in the first round; -1 for none. */
    private int candidate = -1;

    private boolean settled;

    private record Step(MqttVersion version, boolean will) {}

    Negotiation(MqttSettings settings) {
        this.presence = settings.presence();
        this.learned = BrokerLimits.none(settings.maxInflight());
        this.canSpeak311 = settings.canSpeak311();
        this.isOldVersion = settings.version() == MqttVersion.V3_1_1;
        this.ladder = ladder(settings);
    }

    private static List<Step> ladder(MqttSettings settings) {
        List<Step> ladder = new ArrayList<>();
        boolean hasWill = settings.presence() != null;
        if (settings.version() == MqttVersion.V5) {
            ladder.add(new Step(MqttVersion.V5, hasWill));
        }
        if (settings.canSpeak311()) {
            ladder.add(new Step(MqttVersion.V3_1_1, hasWill));
        }
        if (hasWill) {
            ladder.add(new Step(ladder.get(ladder.size() - 1).version(), false));
        }
        return List.copyOf(ladder);
    }

    /** The options for the next attempt. */
    ConnectOptions terms() {
        Step step = ladder.get(rung);
        MqttVersion version = isOldVersion ? MqttVersion.V3_1_1 : step.version();
        return new ConnectOptions(version, step.will() ? will() : null);
    }

    private @Nullable BirthAndWill will() {
        if (presence == null || (presence.retained() && !learned.retainAvailable())) {
            return null;
        }
        return presence.withQos(learned.qos(Qos.of(presence.qos())).getCode());
    }

    /** The limits that the broker has named so far. */
    BrokerLimits learned() {
        return learned;
    }

    /**
     * The broker has accepted this client.
     *
     * @return whether to keep the connection; otherwise it must be closed, and everything tried again to make sure
     */
    boolean accepted() {
        boolean sure = rung == 0 || settled || candidate == rung;
        if (sure) {
            settled = true;
        } else {
            candidate = rung;
            rung = 0;
        }
        return sure;
    }

    /**
     * A link has ended.
     *
     * @return whether to try other options at once
     */
    boolean ended(LinkEnd end) {
        return switch (end.kind()) {
            case NO_HIGHER_QOS -> learnLowerQos();
            case NO_RETAIN -> learnNoRetain();
            case OTHER_VERSION -> learnOldVersion();
            case UNANSWERED -> descend();
            default -> {
                if (!settled) {
                    rung = 0;
                    candidate = -1;
                }
                yield false;
            }
        };
    }

    private boolean learnLowerQos() {
        boolean canBeLower = learned.maximumQos() != MqttQos.AT_MOST_ONCE;
        learned = learned.withLowerQos();
        return canBeLower;
    }

    private boolean learnNoRetain() {
        boolean isNews = learned.retainAvailable();
        learned = learned.withoutRetain();
        return isNews;
    }

    private boolean learnOldVersion() {
        boolean isNews = canSpeak311 && !isOldVersion;
        isOldVersion |= canSpeak311;
        return isNews;
    }

    private boolean descend() {
        settled = false;
        if (rung < ladder.size() - 1) {
            rung++;
            return true;
        }
        rung = 0;
        candidate = -1;
        return false;
    }
}
