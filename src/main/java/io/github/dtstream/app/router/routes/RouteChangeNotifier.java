package io.github.dtstream.app.router.routes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.DtMqttConstants;
import io.github.dtstream.mqtt.DtMqttProducer;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.reload.ReloadListener;
import io.github.dtstream.route.reload.ReloadStatus;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes on MQTT that an edited route file is refused, and later that it is mended. The topic is {@code
 * dt/bridge-ROUTER/event}, beside {@code dt/bridge-ROUTER/state}, on which the routes' connection reports whether the
 * router is connected. QoS 1, not retained, as other bridges do it. The reloader's thread reports; a separate thread
 * publishes, because a broker may be unreachable for long. If a file was reported as refused before a restart and is
 * valid after it, it is then reported as mended.
 */
final class RouteChangeNotifier implements ReloadListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteChangeNotifier.class);
    private static final int MOST_WAITING = 100;
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final String NAME = "event";

    private final CamelContext context;
    private final String brokerUrl;
    private final Supervisor supervisor;
    private final ObjectMapper mapper = new ObjectMapper();
    /** The current errors. Owned by the reloader's thread. */
    private Set<Finding> complaints = Set.of();

    /** Owned by the reloader's thread. */
    private boolean isFirst = true;

    /** The events that no broker has taken yet. Owned by the publishing thread. */
    private final Deque<Told> waiting = new ArrayDeque<>();

    /** Owned by the publishing thread. */
    private final OpenComplaints open;

    /** Whether the routes have been started. Written by the thread that starts them. */
    private volatile boolean started;

    /** Written by the reloader's thread. */
    private volatile @Nullable ScheduledExecutorService publisher;

    /**
     * @param brokerUrl where to publish while no route has a state topic; empty text for nowhere
     * @param folder keeps the list of refused files for the next start
     * @param supervisor makes the publishing thread, a daemon
     */
    RouteChangeNotifier(CamelContext context, String brokerUrl, Path folder, Supervisor supervisor) {
        this.context = context;
        this.brokerUrl = brokerUrl;
        this.open = new OpenComplaints(folder, new SystemStorage());
        this.supervisor = supervisor;
    }

    /**
     * An event to publish.
     *
     * @param complaint whether the file is refused; otherwise it is mended
     */
    private record Told(String file, boolean complaint, byte[] payload) {}

    @Override
    public void changed(ReloadStatus status) {
        Set<Finding> now = status.findings().stream()
                .filter(Finding::isError)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> broken = now.stream().map(Finding::file).collect(Collectors.toSet());
        if (isFirst) {
            isFirst = false;
            awaitStart();
            if (open.areLeft()) {
                publish(() -> withdrawWhatIsLeft(broken, status.at()));
            }
        }
        String refused = status.change() == Change.ROLLED_BACK ? "route-taken-back" : "route-refused";
        now.stream()
                .filter(finding -> !complaints.contains(finding))
                .forEach(finding ->
                        publish(new Told(finding.file(), true, payload(complaint(refused, finding, status.at())))));
        complaints.stream()
                .map(Finding::file)
                .distinct()
                .filter(file -> !broken.contains(file))
                .forEach(file -> publish(mended(file, status.at())));
        complaints = now;
    }

    /** Publishing begins when the routes have started, as they share their connection to the broker. */
    private void awaitStart() {
        try {
            context.addStartupListener(new ExtendedStartupListener() {
                @Override
                public void onCamelContextStarting(CamelContext starting, boolean alreadyStarted) {}

                @Override
                public void onCamelContextStarted(CamelContext starting, boolean alreadyStarted) {}

                @Override
                public void onCamelContextFullyStarted(CamelContext running, boolean alreadyStarted) {
                    started = true;
                    if (publisher != null) {
                        publish(() -> {});
                    }
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("Camel does not tell when it has started", e);
        }
    }

    private void withdrawWhatIsLeft(Set<String> broken, Instant time) {
        open.load().stream()
                .filter(file -> !broken.contains(file))
                .forEach(file -> waiting.addLast(mended(file, time)));
    }

    private Told mended(String file, Instant time) {
        return new Told(file, false, payload(event("route-mended", file, 0, 0, "in order again", time)));
    }

    private static byte[] payload(ObjectNode event) {
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode complaint(String what, Finding finding, Instant time) {
        String message = finding.hint() == null ? finding.message() : finding.message() + "; " + finding.hint();
        return event(what, finding.file(), finding.line(), finding.column(), message, time);
    }

    private ObjectNode event(String what, String file, int line, int column, String message, Instant time) {
        ObjectNode event = mapper.createObjectNode().put("what", what).put("file", file);
        if (line > 0) {
            event.put("line", line).put("column", column);
        }
        return event.put("message", ConsoleLog.masking().mask(message)).put("time", time.toString());
    }

    private void publish(Told told) {
        publish(() -> {
            waiting.addLast(told);
            if (waiting.size() > MOST_WAITING) {
                waiting.removeFirst();
            }
        });
    }

    /** Runs a task on the publishing thread, which then publishes all waiting events. */
    private void publish(Runnable task) {
        ScheduledExecutorService running = publisher;
        if (running == null) {
            running = supervisor.pool(1, "bridge-events", "what became of an edit was not published");
            publisher = running;
        }
        ScheduledExecutorService timer = running;
        try {
            timer.execute(() -> {
                task.run();
                publishWaiting(timer);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("What became of an edit is not published: the router is stopping");
        }
    }

    /** Ends the publishing thread. To be called after the reloader has ended. */
    @Override
    public void close() {
        ScheduledExecutorService running = publisher;
        if (running != null) {
            running.shutdownNow();
        }
    }

    private void publishWaiting(ScheduledExecutorService timer) {
        while (started && !waiting.isEmpty()) {
            Told told = waiting.getFirst();
            if (told.complaint()) {
                open.add(told.file());
            }
            if (!isPublished(told.payload())) {
                timer.schedule(() -> publishWaiting(timer), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
            if (!told.complaint()) {
                open.remove(told.file());
            }
            waiting.removeFirst();
        }
    }

    private boolean isPublished(byte[] payload) {
        try {
            return topics().entrySet().stream().allMatch(to -> publish(to.getKey(), to.getValue(), payload));
        } catch (RuntimeException e) {
            LOG.warn("What became of an edit is not published: {}", e.getMessage());
            return true;
        }
    }

    /** The topics to publish on now, each with the endpoint to use. */
    private Map<String, Endpoint> topics() {
        Map<String, Endpoint> topics = new LinkedHashMap<>();
        if (context.hasComponent("dt-mqtt") instanceof DtMqttComponent component) {
            component
                    .announced()
                    .forEach((state, endpoint) ->
                            topics.put(state.substring(0, state.lastIndexOf('/') + 1) + NAME, endpoint));
        }
        if (topics.isEmpty() && !brokerUrl.isEmpty()) {
            String topic = "dt/bridge-" + routerId() + "/" + NAME;
            topics.put(topic, context.getEndpoint("dt-mqtt:" + topic + "?brokerUrl=RAW(" + brokerUrl + ")"));
        }
        return topics;
    }

    private String routerId() {
        try {
            return context.getComponent("dt-mqtt", DtMqttComponent.class).routerId();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Publishes an event; returns false if the broker is unreachable, so that the event waits here. It must not wait in
     * the connection, which belongs to the routes: a reload must be free to replace it.
     */
    private static boolean publish(String topic, Endpoint endpoint, byte[] payload) {
        try (AsyncProducer producer = endpoint.createAsyncProducer()) {
            producer.start();
            // A connection that this event opens takes a moment.
            if (producer instanceof DtMqttProducer own && !own.awaitConnected(CONNECT)) {
                return false;
            }
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(payload);
            exchange.getMessage().setHeader(DtMqttConstants.OVERRIDE_TOPIC, topic);
            exchange.getMessage().setHeader(DtMqttConstants.QOS, 1);
            exchange.getMessage().setHeader(DtMqttConstants.RETAINED, false);
            producer.processAsync(exchange).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (Exception e) {
            LOG.warn("What became of an edit is not published on {}: {}", topic, e.getMessage());
            return true;
        }
    }
}
