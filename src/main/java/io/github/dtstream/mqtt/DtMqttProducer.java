package io.github.dtstream.mqtt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Publishes what exchanges bring, and completes each when the broker has acknowledged all of it. */
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
            exchange.setException(
                    new PublishFailedException("The producer of " + endpoint + " is not started", List.of()));
            callback.done(true);
            return true;
        }
        PublishBatch batch = new PublishBatch(this, new RouteStopping(exchange), outcome -> {
            exchange.setException(outcome);
            callback.done(false);
        });
        try {
            if (publish(current, batch, exchange)) {
                return false;
            }
            exchange.setException(batch.outcome());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(e);
        } catch (IOException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** @return false if there was nothing to publish, or nothing that can be */
    private static boolean publish(Started current, PublishBatch batch, Exchange exchange)
            throws IOException, InterruptedException {
        LastValueTopics lastValues = current.lastValues;
        if (lastValues == null) {
            return publishInOrder(current, batch, exchange);
        }
        ReentrantLock order = lastValues.values().order();
        order.lockInterruptibly();
        try {
            return publishInOrder(current, batch, exchange);
        } finally {
            order.unlock();
        }
    }

    private static boolean publishInOrder(Started current, PublishBatch batch, Exchange exchange)
            throws IOException, InterruptedException {
        current.publications.fill(batch, exchange);
        if (batch.publications().isEmpty()) {
            return false;
        }
        current.connection.publish(batch);
        return true;
    }

    /** What can be said of the connection; null while the producer is stopped. */
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
        MqttConnection connection = connections.acquire(settings, endpoint);
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
            last.connections.release(last.settings);
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
