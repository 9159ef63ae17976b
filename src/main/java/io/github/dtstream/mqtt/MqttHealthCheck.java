package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.connection.MqttStatus;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Ready if the broker is connected and acknowledges; otherwise reports since when it does not, and why. Thread-safe.
 */
final class MqttHealthCheck implements HealthCheck {
    private final DtMqttEndpoint endpoint;
    private final Supplier<MqttStatus> status;
    private volatile boolean enabled = true;

    MqttHealthCheck(DtMqttEndpoint endpoint, Supplier<MqttStatus> status) {
        this.endpoint = endpoint;
        this.status = status;
    }

    @Override
    public String getGroup() {
        return "camel";
    }

    @Override
    public String getId() {
        return "producer:dt-mqtt-" + endpoint.getId();
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Override
    public Map<String, Object> getMetaData() {
        return Map.of(CHECK_GROUP, getGroup(), CHECK_ID, getId());
    }

    @Override
    public Result call(Map<String, Object> options) {
        MqttStatus now = status.get();
        return HealthCheckResultBuilder.on(this)
                .state(!enabled ? State.UNKNOWN : now.isWell() ? State.UP : State.DOWN)
                .message(now.sentence())
                .detail(ENDPOINT_URI, endpoint.getEndpointBaseUri())
                .detail("broker", now.broker())
                .detail("inflight", now.inflight())
                .detail("waiting", now.waiting())
                .detail("acknowledged", now.acknowledged())
                .detail("reconnects", now.reconnects())
                .build();
    }
}
