package io.github.dtstream.camel;

import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.delivery.HandledFailures;
import io.github.dtstream.delivery.SendAgain;
import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.delivery.batch.BatchDelivery;
import io.github.dtstream.delivery.batch.DeliverySettings;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.delivery.batch.Replay;
import io.github.dtstream.delivery.batch.ReplaySubscription;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.mqtt.RouteStopNotice;
import io.github.dtstream.mqtt.message.BatchOrigin;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.thread.AfterFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route's consumer of a journal: a subscription, and a thread that makes exchanges of its batches. Subclasses choose
 * the journal and make the messages of records.
 */
public abstract class JournalConsumer extends ProjectConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(JournalConsumer.class);

    /**
     * How far the cloud's clock, which stamps events, may be ahead of this machine's clock, which stamps their receipt.
     */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    private final DtStreamComponent component;
    private final DeliveryConfiguration options;
    private final SinkFailures sinks = new CamelSinkFailures();
    private final HandledFailures handledFailures;
    private final Queue<Replay> replays = new ConcurrentLinkedQueue<>();
    private volatile @Nullable RecordSource source;
    /** Marks the batches of the present source. */
    private volatile BatchOrigin origin = new BatchOrigin();
    /** Whether the route runs, with or without a source. Guarded by this. */
    private boolean running;

    private @Nullable Subscription subscription;
    private volatile @Nullable BatchDelivery delivery;
    private volatile List<Beside> beside = List.of();
    private @Nullable Thread thread;
    private @Nullable Future<?> looks;
    /** Set before the consumer starts. */
    private String threadSuffix = "";
    /** Set before the thread starts. */
    private @Nullable BatchExchanges exchanges;

    /**
     * @param component provides threads, clock and memory; when it stops, this consumer stops handing out
     * @param options the options of the delivery
     */
    protected JournalConsumer(
            Endpoint endpoint, Processor processor, DtStreamComponent component, DeliveryConfiguration options) {
        super(endpoint, processor);
        this.component = component;
        this.options = options;
        this.handledFailures = new HandledFailures(component.clock(), component.clock()::nanos, sinks);
    }

    /** Records, and the operations on them. Thread-safe. */
    public interface RecordSource {
        /**
         * Opens the subscription.
         *
         * @param maxRepeated how many records a crash may repeat
         */
        Subscription subscribe(String subscriber, Journal.Start start, int maxRepeated) throws IOException;

        /** Whether no subscriber of that name has read these records. */
        boolean isNew(String subscriber);

        /** Restricts a subscription to the records that the route wants. */
        default Subscription narrowed(Subscription records) {
            return records;
        }

        /**
         * Subscriptions in addition to the journal, in no order relative to it. The consumer closes them.
         *
         * @param isNew whether the subscriber is new to the journal
         */
        default List<Subscription> beside(boolean isNew) throws IOException {
            return List.of();
        }

        /** Fills the message of a record. */
        void fill(DefaultMessage message, JournalRecord record, String receivedDate);

        /**
         * Writes records that the route cannot deliver to the reject file.
         *
         * @param reasons by record, in order
         * @throws IOException if they are not in the file; the caller keeps them
         */
        void reject(String subscriber, Map<JournalRecord, String> reasons) throws IOException;

        OpenRefusals openRefusals(String subscriber) throws IOException;

        /** Notes that the subscriber has stopped reading. */
        void release(String subscriber);
    }

    /** The records of a journal. */
    public interface JournalSource extends RecordSource {
        Journal journal();

        @Override
        default Subscription subscribe(String subscriber, Journal.Start start, int maxRepeated) throws IOException {
            return journal().subscribe(subscriber, start, maxRepeated);
        }

        @Override
        default boolean isNew(String subscriber) {
            return journal().status().subscribers().stream()
                    .noneMatch(one -> one.name().equals(subscriber));
        }
    }

    /** Called when the route starts. The subclass calls {@link #attach} when there is a source, now or later. */
    protected abstract void begin(String subscriber) throws Exception;

    /** Called when the route stops, before its present batches have ended. */
    protected void end() {}

    @Override
    public List<JournalConsumer> consumers() {
        return List.of(this);
    }

    @Override
    void isOneOfSeveral() {
        threadSuffix = "-" + projectId();
    }

    /** Adds to the thread's name. Called before the consumer starts. */
    void addToThreadName(String suffix) {
        threadSuffix += suffix;
    }

    @Override
    DtStreamComponent component() {
        return component;
    }

    @Override
    public Optional<DeliveryStatus> status() {
        return Optional.ofNullable(delivery).map(running -> {
            DeliveryStatus status = running.status();
            return status.with(setAside(status), handledFailures.all());
        });
    }

    @Override
    public Optional<Journal> journal() {
        return source instanceof JournalSource whole ? Optional.of(whole.journal()) : Optional.empty();
    }

    private DeliveryFailures setAside(DeliveryStatus status) {
        RecordSource reading = source;
        return reading == null ? status.refused() : setAside(status, () -> reading.openRefusals(status.subscriber()));
    }

    /** Reads the refusals that are open from the reject file. */
    interface Refused {
        OpenRefusals open() throws IOException;
    }

    /** The events that were refused and not sent again; what is known without the reject file, if it cannot be read. */
    static DeliveryFailures setAside(DeliveryStatus status, Refused refused) {
        try {
            OpenRefusals open = refused.open();
            return open.count() == 0
                    ? DeliveryFailures.NONE
                    : new DeliveryFailures(open.count(), open.last(), open.reason());
        } catch (IOException e) {
            return status.refused();
        }
    }

    @Override
    void failureHandled(String handler, Throwable failure) {
        handledFailures.handled(getRouteId(), handler, failure);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        refusePooledExchanges();
        exchanges = new BatchExchanges(this, RouteShape.of(getEndpoint().getCamelContext(), getRouteId()));
        synchronized (this) {
            running = true;
        }
        begin(subscriberName());
    }

    /** Begins to deliver the records of a source, unless the route was stopped meanwhile. Called by any thread. */
    protected final synchronized void attach(RecordSource opened) throws IOException {
        String name = subscriberName();
        if (!running || delivery != null) {
            opened.release(name);
            return;
        }
        source = opened;
        origin = new BatchOrigin();
        try {
            Journal.Start start =
                    options.getStartFrom().equals("beginning") ? Journal.Start.BEGINNING : Journal.Start.END;
            boolean isNew = opened.isNew(name);
            Subscription records = opened.narrowed(opened.subscribe(name, start, maxBatchSize()));
            subscription = records;
            BatchDelivery delivering = delivery(records, opened, name);
            delivery = delivering;
            thread = component
                    .supervisor()
                    .thread(
                            getEndpoint().getEndpointKey().replaceFirst(":.*", "") + "-" + name + threadSuffix,
                            "the route " + getRouteId() + " delivers nothing",
                            AfterFailure.RESTART,
                            delivering);
            thread.start();
            looks = component.look(delivering::tellOverdue);
            deliverBeside(opened, name, isNew);
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
    }

    private void deliverBeside(RecordSource opened, String name, boolean isNew) throws IOException {
        List<Beside> all = new ArrayList<>();
        for (Subscription records : opened.beside(isNew)) {
            BatchDelivery delivering = delivery(records, opened, name);
            Thread delivers = component
                    .supervisor()
                    .thread(
                            "dt-stream-" + records.name() + threadSuffix,
                            "the route " + getRouteId() + " does not get what comes beside the journal",
                            AfterFailure.RESTART,
                            delivering);
            all.add(new Beside(records, delivering, delivers));
        }
        beside = List.copyOf(all);
        all.forEach(each -> each.thread().start());
    }

    /** A delivery in addition to that of the journal. */
    private record Beside(Subscription records, BatchDelivery delivery, Thread thread) {}

    /**
     * Refuses pooled exchanges. Camel 4.17's split does not end with them, as a part that returns to the pool resets
     * the clock that it shares with the whole exchange. No batch would ever count as delivered, without any message.
     */
    private void refusePooledExchanges() {
        if (getEndpoint()
                .getCamelContext()
                .getCamelContextExtension()
                .getExchangeFactory()
                .isPooled()) {
            throw new IllegalArgumentException(
                    "dt-stream and dt-alarm do not work with pooled exchanges; remove camel.main.exchangeFactory=pooled");
        }
    }

    private int maxBatchSize() {
        return options.maxBatchSize(component.usualBatch());
    }

    private BatchDelivery delivery(Subscription records, RecordSource reading, String name) {
        return new BatchDelivery(
                records,
                this::deliver,
                reasons -> reading.reject(name, reasons),
                sinks,
                new DeliverySettings(
                        maxBatchSize(),
                        options.getMaxInflightExchanges(),
                        Duration.ofMillis(options.getRedeliveryDelay()),
                        Duration.ofMillis(options.getMaxRedeliveryDelay()),
                        options.getMaxDeliveryAttempts()),
                component.clock(),
                component.clock()::nanos,
                component.memory());
    }

    /**
     * Prepares to deliver events of the journal again whose timestamps are in a span of time, without pings, up to the
     * journal's present end.
     *
     * @param from the first timestamp of the span
     * @param to the first timestamp after the span
     * @throws IllegalStateException if the route is not running
     */
    public Replay replay(Instant from, Instant to) throws IOException {
        RecordSource reading = source;
        BatchDelivery delivering = delivery;
        if (reading == null || delivering == null) {
            throw new IllegalStateException("the route " + getRouteId() + " is not running");
        }
        if (!(reading instanceof JournalSource whole)) {
            throw new IllegalStateException(
                    "the route " + getRouteId()
                            + " is shared, and no router reads all of its events: only a route without shared=true can be replayed");
        }
        String name = delivering.status().subscriber();
        long end = whole.journal().status().nextSequence();
        Subscription records = reading.narrowed(whole.journal().read(from.minus(CLOCK_DIFFERENCE)));
        ReplaySubscription span = new ReplaySubscription("replay-" + name, records, from, to, end);
        Replay replay = new Replay(span, delivery(span, reading, name), component.supervisor());
        replays.removeIf(Replay::isEnded);
        replays.add(replay);
        return replay;
    }

    /**
     * Delivers an event again that the sink refused, in addition to the normal delivery, and waits for the result. If
     * it is refused again, it is written to the reject file again, if that is possible.
     *
     * @throws IllegalStateException if the route is not running, or is stopped meanwhile
     * @throws IllegalArgumentException if the reject file does not have the whole event
     */
    public SendAgain.Result sendAgain(Rejected rejected) throws InterruptedException {
        RecordSource reading = source;
        BatchDelivery delivering = delivery;
        if (reading == null || delivering == null) {
            throw new IllegalStateException("the route " + getRouteId() + " is not running");
        }
        JournalRecord record = SendAgain.record(rejected);
        CompletableFuture<SendAgain.Result> end = new CompletableFuture<>();
        deliver(
                List.of(record),
                failure -> end.complete(
                        failure == null
                                ? new SendAgain.Result(SendAgain.Outcome.DELIVERED, "")
                                : SendAgain.result(failure, sinks)));
        SendAgain.Result result = await(end, delivering);
        if (result.outcome() == SendAgain.Outcome.REFUSED) {
            return keep(record, result, reading, delivering.status().subscriber());
        }
        return result;
    }

    private SendAgain.Result keep(JournalRecord record, SendAgain.Result refused, RecordSource reading, String name) {
        try {
            reading.reject(name, Map.of(record, refused.reason()));
            return refused;
        } catch (IOException e) {
            LOG.warn("route {}: an event that is refused again keeps its old entry: {}", getRouteId(), e.toString());
            return new SendAgain.Result(SendAgain.Outcome.NOT_KEPT, refused.reason());
        }
    }

    private SendAgain.Result await(CompletableFuture<SendAgain.Result> end, BatchDelivery sending)
            throws InterruptedException {
        while (true) {
            try {
                return end.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (delivery != sending) {
                    throw new IllegalStateException("the route " + getRouteId() + " was stopped or exchanged", e);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        stopDelivering();
    }

    @Override
    protected void doResume() throws Exception {
        doStart();
    }

    @Override
    protected void doStop() throws Exception {
        stopDelivering();
        super.doStop();
    }

    private void stopDelivering() throws InterruptedException {
        synchronized (this) {
            running = false;
        }
        end();
        replays.forEach(Replay::stop);
        replays.clear();
        StopGrace grace = component.stopGrace();
        try {
            handOutNoMore();
            if (delivery != null) {
                tellSinks();
            }
        } finally {
            var unused = detach(grace);
        }
    }

    /**
     * Stops delivering from a source that is about to close, while the route continues.
     *
     * @param grace how long batches in progress may take
     * @return the delivery that was ended; null if there was none
     */
    protected final @Nullable BatchDelivery detach(StopGrace grace) throws InterruptedException {
        BatchDelivery stopping = delivery;
        try {
            handOutNoMore();
            tellSinksOfEnd();
            if (stopping != null) {
                awaitIdle(stopping, grace);
            }
            for (Beside other : beside) {
                awaitIdle(other.delivery(), grace);
            }
        } finally {
            // Camel interrupts a stop that takes too long. The route must be able to start again all the same.
            release();
        }
        return stopping;
    }

    private void awaitIdle(BatchDelivery stopping, StopGrace grace) throws InterruptedException {
        if (!stopping.awaitIdle(grace.left())) {
            stopping.keepProgress();
            LOG.warn("route {}: a batch is still on its way; it is delivered again", getRouteId());
        }
    }

    @Override
    protected final void handOutNoMore() {
        BatchDelivery stopping = delivery;
        if (stopping != null) {
            stopping.stop();
        }
        beside.forEach(other -> other.delivery().stop());
        replays.forEach(Replay::stop);
    }

    /**
     * Notifies sinks of the stop now, so that they stop waiting for an unreachable broker while this consumer waits for
     * them. Camel would notify them only after the consumer has stopped.
     */
    final void tellSinks() {
        notices().forEach(notice -> notice.prepareShutdown(true, false));
    }

    /**
     * Notifies sinks that batches of the present source that cannot be delivered soon are delivered by another router, although
     * the route continues.
     */
    final void tellSinksOfEnd() {
        BatchOrigin ending = origin;
        ending.end();
        notices().forEach(notice -> notice.hasEnded(ending));
    }

    private List<RouteStopNotice> notices() {
        Route route = getRoute();
        return route == null
                ? List.of()
                : route.getServices().stream()
                        .filter(RouteStopNotice.class::isInstance)
                        .map(RouteStopNotice.class::cast)
                        .toList();
    }

    private synchronized void release() {
        BatchDelivery stopped = delivery;
        if (stopped != null) {
            stopped.stop();
        }
        delivery = null;
        if (looks != null) {
            looks.cancel(false);
            looks = null;
        }
        if (thread != null) {
            // The thread ends by itself, unless a step of the route blocks it.
            thread.interrupt();
            thread = null;
        }
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        for (Beside other : beside) {
            other.delivery().stop();
            other.records().close();
            other.thread().interrupt();
        }
        beside = List.of();
        RecordSource released = source;
        source = null;
        if (released != null) {
            released.release(subscriberName());
        }
    }

    private String subscriberName() {
        return StreamOptions.subscriber(options.getSubscriber() == null ? getRouteId() : options.getSubscriber());
    }

    private void deliver(List<JournalRecord> records, BatchDelivery.Acknowledgement acknowledgement) {
        Objects.requireNonNull(exchanges).process(records, Objects.requireNonNull(source), origin, acknowledgement);
    }
}
