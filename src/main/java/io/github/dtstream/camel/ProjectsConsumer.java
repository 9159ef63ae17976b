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
 * A route's consumer of the journals of several projects. It has a consumer for each project, with its own thread,
 * cursor and failures, and all of them give their batches to the one route. So the delay of one project does not affect
 * the others.
 *
 * <p>If a consumer cannot begin, for example because the disk refuses its journal, this is logged and tried again every
 * few seconds while the others continue. If none can begin, the route does not start.
 */
public final class ProjectsConsumer extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectsConsumer.class);

    private final DtStreamComponent component;
    private final List<? extends ProjectConsumer> consumers;

    // All guarded by this.
    /** Consumers that could not begin, with the reasons. */
    private final Map<ProjectConsumer, String> waiting = new LinkedHashMap<>();

    private @Nullable Future<?> retries;

    /** @param consumers one for each project, with an endpoint of its own */
    public ProjectsConsumer(
            Endpoint endpoint,
            Processor processor,
            DtStreamComponent component,
            List<? extends ProjectConsumer> consumers) {
        super(endpoint, processor);
        this.component = component;
        this.consumers = List.copyOf(consumers);
        consumers.forEach(ProjectConsumer::isOneOfSeveral);
    }

    List<ProjectConsumer> consumers() {
        return List.copyOf(consumers);
    }

    /** Why projects are not read yet, by project. */
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
            for (ProjectConsumer consumer : consumers) {
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

    /** @return why it failed; null if the consumer has begun */
    private @Nullable RuntimeException begin(ProjectConsumer consumer) {
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
        for (ProjectConsumer consumer : List.copyOf(waiting.keySet())) {
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
        // All stop handing out first, so that none waits for another's batch.
        consumers.forEach(ProjectConsumer::handOutNoMore);
        ServiceHelper.stopService(consumers);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        ServiceHelper.stopAndShutdownServices(consumers);
        super.doShutdown();
    }
}
