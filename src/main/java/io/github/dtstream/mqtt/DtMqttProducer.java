package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.connection.MqttConnection;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.BatchOrigin;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.Qos;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Publishes the messages of exchanges. An exchange is completed when the broker has acknowledged all its messages. */
public class DtMqttProducer extends DefaultAsyncProducer {
    private final DtMqttEndpoint endpoint;

    /** Set while the producer is started. */
    private volatile @Nullable Started started;

    DtMqttProducer(DtMqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Started current = started;
        if (current == null) {
            exchange.setException(new PublishFailedException("The producer of " + endpoint + " is not started"));
            callback.done(true);
            return true;
        }
        Try attempt = new Try(current, exchange);
        BatchOrigin origin = exchange.getProperty(BatchOrigin.PROPERTY, BatchOrigin.class);
        PublishBatch batch = new PublishBatch(this, exchange.getFromRouteId(), origin, outcome -> {
            attempt.ended(outcome);
            callback.done(false);
        });
        if (RouteStopping.isSo(exchange)) {
            batch.hurry();
        }
        try {
            if (attempt.publish(batch)) {
                return false;
            }
            attempt.ended(batch.outcome());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            attempt.failed(e);
        } catch (IOException | RuntimeException e) {
            attempt.failed(e);
        }
        callback.done(true);
        return true;
    }

    /** One attempt to publish the messages of an exchange. */
    private final class Try {
        private final Started with;
        private final Exchange exchange;
        private final LastValues.@Nullable Values values;

        Try(Started with, Exchange exchange) {
            this.with = with;
            this.exchange = exchange;
            this.values =
                    with.lastValues == null ? null : with.lastValues.values().begin();
        }

        /** @return false if there was no message that can be published */
        boolean publish(PublishBatch batch) throws IOException, InterruptedException {
            LastValueTopics lastValues = with.lastValues;
            if (lastValues == null) {
                if (!fill(batch)) {
                    return false;
                }
                with.connection.publish(batch);
                return true;
            }
            // Connections share the order, and one that is full must not hold up the others.
            with.connection.awaitRoom(batch);
            ReentrantLock order = lastValues.values().order();
            order.lockInterruptibly();
            try {
                if (!fill(batch)) {
                    return false;
                }
                with.connection.publishAtOnce(batch);
                return true;
            } finally {
                order.unlock();
            }
        }

        /** @return whether there is a message to publish */
        private boolean fill(PublishBatch batch) throws IOException {
            with.publications.fill(batch, exchange, EarlierTry.of(exchange, DtMqttProducer.this), values);
            return !batch.publications().isEmpty();
        }

        void ended(@Nullable PublishException outcome) {
            forgetValues(index -> outcome == null || outcome.isPublished(index));
            EarlierTry.keep(exchange, DtMqttProducer.this, outcome);
            exchange.setException(outcome);
        }

        /** Fails the exchange, as nothing was sent; the result of an earlier attempt stays. */
        void failed(Exception reason) {
            forgetValues(index -> false);
            exchange.setException(reason);
        }

        private void forgetValues(IntPredicate published) {
            LastValueTopics lastValues = with.lastValues;
            if (lastValues != null && values != null) {
                lastValues.values().ended(values, published);
            }
        }
    }

    /**
     * Waits until the broker is connected.
     *
     * @return whether it is; false at once if the producer is stopped
     */
    public boolean awaitConnected(Duration patience) throws InterruptedException {
        Started current = started;
        return current != null && current.connection.awaitConnected(patience);
    }

    /** The state of the connection; null if the producer is stopped. */
    public @Nullable MqttStatus status() {
        Started current = started;
        return current == null ? null : current.connection.status();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        MqttSettings settings = endpoint.settings();
        DtMqttConfiguration configuration = endpoint.getConfiguration();
        MqttConnections connections = endpoint.getComponent().connections();
        LastValueTopics lastValues = lastValues(connections);
        Publications publications = new Publications(
                endpoint.getCamelContext(),
                endpoint.getTopic(),
                Qos.of(configuration.getQos()),
                configuration.isRetained(),
                endpoint.messageProperties(),
                lastValues);
        MqttConnection connection = connections.acquire(settings, endpoint, this);
        MqttHealthCheck check = new MqttHealthCheck(endpoint, connection::status);
        started = new Started(connections, settings, connection, publications, lastValues, check);
        WritableHealthCheckRepository repository = healthChecks();
        if (repository != null) {
            check.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
            repository.addHealthCheck(check);
        }
    }

    @Override
    protected void doStop() throws Exception {
        Started last = started;
        started = null;
        if (last != null) {
            WritableHealthCheckRepository repository = healthChecks();
            if (repository != null) {
                repository.removeHealthCheck(last.check);
            }
            last.connection.withdraw(this);
            last.connections.release(last.settings, this);
        }
        super.doStop();
    }

    private @Nullable LastValueTopics lastValues(MqttConnections connections) throws IOException {
        Path file = endpoint.lastValueFile();
        DtMqttConfiguration configuration = endpoint.getConfiguration();
        return file == null
                ? null
                : new LastValueTopics(
                        connections.lastValues(file),
                        configuration.isLastValue() ? configuration.getLastValueTopicSuffix() : "",
                        configuration.getLateTopicSuffix());
    }

    private @Nullable WritableHealthCheckRepository healthChecks() {
        return HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
    }

    private record Started(
            MqttConnections connections,
            MqttSettings settings,
            MqttConnection connection,
            Publications publications,
            @Nullable LastValueTopics lastValues,
            MqttHealthCheck check) {}
}
