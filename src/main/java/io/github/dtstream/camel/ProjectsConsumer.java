package io.github.dtstream.camel;

import io.github.dtstream.text.FailureReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route's end of the journals of several projects: a consumer of each, with a thread, a place and failures of its own, which
 * all give their batches to the one route. So what holds up one project holds up no other.
 *
 * <p>One that cannot begin, as the disk refuses its journal for example, is told, and begun again every few seconds while the
 * others go on. If none can, the route does not start.
 */
public final class ProjectsConsumer extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectsConsumer.class);

    private final DtStreamComponent component;
    private final List<? extends JournalConsumer> consumers;

    // All guarded by this.
    /** Those that could not begin, and why. */
    private final Map<JournalConsumer, String> waiting = new LinkedHashMap<>();

    private @Nullable Future<?> retries;

    /** @param consumers one of each project, with endpoints of their own */
    public ProjectsConsumer(
            Endpoint endpoint,
            Processor processor,
            DtStreamComponent component,
            List<? extends JournalConsumer> consumers) {
        super(endpoint, processor);
        this.component = component;
        this.consumers = List.copyOf(consumers);
        consumers.forEach(JournalConsumer::isOneOfSeveral);
    }

    List<JournalConsumer> consumers() {
        return List.copyOf(consumers);
    }

    /** Why some projects are not read yet, by project. */
    public synchronized Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        waiting.forEach((consumer, why) -> problems.put(consumer.projectId(), why));
        return problems;
    }

    @Override
    public void setRoute(Route route) {
        super.setRoute(route);
        consumers.forEach(consumer -> consumer.setRoute(route));
    }

    @Override
    public void setRouteId(String routeId) {
        super.setRouteId(routeId);
        consumers.forEach(consumer -> consumer.setRouteId(routeId));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        synchronized (this) {
            waiting.clear();
            RuntimeException failure = null;
            for (JournalConsumer consumer : consumers) {
                RuntimeException failed = begin(consumer);
                failure = failure == null ? failed : failure;
            }
            if (failure != null && waiting.size() == consumers.size()) {
                throw failure;
            }
            if (failure != null) {
                retries = component.look(this::beginAgain);
            }
        }
    }

    /** @return why it could not; null if it has begun */
    private @Nullable RuntimeException begin(JournalConsumer consumer) {
        try {
            ServiceHelper.startService(consumer);
            waiting.remove(consumer);
            return null;
        } catch (RuntimeException e) {
            String why = FailureReason.of(e);
            if (!why.equals(waiting.put(consumer, why))) {
                LOG.error(
                        "route {} does not read project {}, which is tried again: {}",
                        getRouteId(),
                        consumer.projectId(),
                        why);
            }
            return e;
        }
    }

    private synchronized void beginAgain() {
        for (JournalConsumer consumer : List.copyOf(waiting.keySet())) {
            if (begin(consumer) == null) {
                LOG.info("route {} reads project {} now", getRouteId(), consumer.projectId());
            }
        }
        if (waiting.isEmpty()) {
            tryNoMore();
        }
    }

    private synchronized void tryNoMore() {
        waiting.clear();
        if (retries != null) {
            retries.cancel(false);
            retries = null;
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        doStop();
    }

    @Override
    protected void doResume() throws Exception {
        doStart();
    }

    @Override
    protected void doStop() throws Exception {
        tryNoMore();
        // None waits for another one's batch before it stops to hand out.
        consumers.forEach(JournalConsumer::handOutNoMore);
        ServiceHelper.stopService(consumers);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        ServiceHelper.stopAndShutdownServices(consumers);
        super.doShutdown();
    }
}
