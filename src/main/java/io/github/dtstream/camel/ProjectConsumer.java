package io.github.dtstream.camel;

import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.journal.Journal;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultConsumer;

/** A route's consumer of one project's stream. */
public abstract class ProjectConsumer extends DefaultConsumer {
    protected ProjectConsumer(Endpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    /**
     * A route's consumers of streams: one, or one for each of several projects; none if the route reads something else.
     */
    public static List<ProjectConsumer> of(Route route) {
        if (route.getConsumer() instanceof ProjectsConsumer several) {
            return several.consumers();
        }
        return route.getConsumer() instanceof ProjectConsumer single ? List.of(single) : List.of();
    }

    /** The project of the batches. */
    public abstract String projectId();

    /** What reads the records: this consumer, or a consumer for each partition that this router reads. */
    public abstract List<JournalConsumer> consumers();

    /** The state of the delivery; empty while the route is stopped. */
    public abstract Optional<DeliveryStatus> status();

    /** The journal that is read; empty while the route is stopped, or if this router reads only a part of it. */
    public abstract Optional<Journal> journal();

    /** Why this router holds the stream and the route cannot read it; empty if it can, or does not have to. */
    public Optional<String> problem() {
        return Optional.empty();
    }

    abstract DtStreamComponent component();

    /** Notes that the route has several consumers, so that the names of threads include the project. */
    abstract void isOneOfSeveral();

    /** Notes that an error handler of the route has handled the failure of an event. */
    abstract void failureHandled(String handler, Throwable failure);

    /** Stops handing out; events that the route has may still be completed. Called by any thread. */
    protected abstract void handOutNoMore();
}
