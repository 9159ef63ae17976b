package io.github.dtstream.camel;

import io.github.dtstream.delivery.BatchDelivery;
import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.delivery.DeliverySettings;
import io.github.dtstream.delivery.DeliveryStatus;
import io.github.dtstream.delivery.HandledFailures;
import io.github.dtstream.delivery.Replay;
import io.github.dtstream.delivery.ReplaySubscription;
import io.github.dtstream.delivery.SendAgain;
import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.mqtt.RouteStopNotice;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.thread.AfterFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route's end of the stream: a subscription to the journal, and a thread that turns its batches into exchanges. Starting
 * and stopping it does not touch the connection to the cloud.
 */
public class DtStreamConsumer extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(DtStreamConsumer.class);

    /** How far the cloud's clock, which stamps events, may be ahead of this machine's, which stamps their receipt. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    private final DtStreamEndpoint endpoint;
    private final SinkFailures sinks = new CamelSinkFailures();
    private final HandledFailures handledFailures;
    private final Queue<Replay> replays = new ConcurrentLinkedQueue<>();
    private volatile @Nullable EventStream stream;
    private @Nullable Subscription subscription;
    private volatile @Nullable BatchDelivery delivery;
    private @Nullable Thread thread;
    private @Nullable Future<?> looks;
    // Set before the thread starts.
    private @Nullable RouteShape shape;
    private boolean sendsOneByOne;
    private boolean sendsInSequence;

    DtStreamConsumer(DtStreamEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.handledFailures = new HandledFailures(endpoint.getComponent().clock(), sinks);
    }

    /** How the deliveries go; empty while the route is stopped. */
    public Optional<DeliveryStatus> status() {
        return Optional.ofNullable(delivery).map(running -> {
            DeliveryStatus status = running.status();
            return status.with(setAside(status), handledFailures.all());
        });
    }

    private DeliveryFailures setAside(DeliveryStatus status) {
        EventStream source = stream;
        if (source == null) {
            return status.refused();
        }
        try {
            OpenRefusals open = source.openRefusals(status.subscriber());
            return open.count() == 0
                    ? DeliveryFailures.NONE
                    : new DeliveryFailures(open.count(), open.last(), open.reason());
        } catch (IOException e) {
            return status.refused();
        }
    }

    /** An error handler of the route has dealt with the failure of an event. */
    void failureHandled(String handler, Throwable failure) {
        handledFailures.handled(getRouteId(), handler, failure);
    }

    @Override
    public DtStreamEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        refusePooledExchanges();
        RouteShape shapeNow = RouteShape.of(endpoint.getCamelContext(), getRouteId());
        shape = shapeNow;
        sendsOneByOne = shapeNow.isOneByOne();
        sendsInSequence = shapeNow.isInSequence();
        DtStreamConfiguration options = endpoint.getConfiguration();
        String name = subscriberName(options);
        DtStreamComponent component = endpoint.getComponent();
        EventStream started = component.streams().acquire(options.getStream(), endpoint.streamSettings(), name);
        stream = started;
        try {
            Journal.Start start =
                    options.getStartFrom().equals("beginning") ? Journal.Start.BEGINNING : Journal.Start.END;
            Subscription opened = started.journal().subscribe(name, start);
            subscription = opened;
            BatchDelivery delivering = delivery(opened, started, name);
            delivery = delivering;
            thread = component
                    .supervisor()
                    .thread(
                            "dt-stream-" + name,
                            "the route " + getRouteId() + " delivers nothing",
                            AfterFailure.RESTART,
                            delivering);
            thread.start();
            looks = component.look(delivering::tellOverdue);
        } catch (Exception e) {
            release();
            throw e;
        }
    }

    /**
     * With pooled exchanges, a split of Camel 4.17 never ends: a part that returns to the pool resets the clock that it shares
     * with the whole. No batch would count as delivered, and nothing would tell.
     */
    private void refusePooledExchanges() {
        if (getEndpoint()
                .getCamelContext()
                .getCamelContextExtension()
                .getExchangeFactory()
                .isPooled()) {
            throw new IllegalArgumentException(
                    "dt-stream does not work with pooled exchanges; take camel.main.exchangeFactory=pooled away");
        }
    }

    private BatchDelivery delivery(Subscription records, EventStream source, String name) {
        DtStreamConfiguration options = endpoint.getConfiguration();
        return new BatchDelivery(
                records,
                this::deliver,
                (record, reason) -> source.rejectUndeliverable(name, record, reason),
                sinks,
                new DeliverySettings(
                        options.getMaxBatchSize(),
                        options.getMaxInflightExchanges(),
                        Duration.ofMillis(options.getRedeliveryDelay()),
                        Duration.ofMillis(options.getMaxRedeliveryDelay()),
                        options.getMaxDeliveryAttempts()),
                endpoint.getComponent().clock(),
                endpoint.getComponent().memory());
    }

    /**
     * Makes ready to deliver events of the journal again, those with timestamps in a span of time; pings are left out. The
     * journal's end as it is now is the end of it.
     *
     * @param from the first timestamp that counts
     * @param to the first timestamp that counts no more
     * @throws IllegalStateException if the route is not running
     */
    public Replay replay(Instant from, Instant to) throws IOException {
        EventStream source = stream;
        BatchDelivery running = delivery;
        if (source == null || running == null) {
            throw new IllegalStateException("the route " + getRouteId() + " is not running");
        }
        String name = running.status().subscriber();
        long end = source.journal().status().nextSequence();
        Subscription records = source.journal().read(from.minus(CLOCK_DIFFERENCE));
        ReplaySubscription span = new ReplaySubscription("replay-" + name, records, from, to, end);
        Replay replay = new Replay(
                span, delivery(span, source, name), endpoint.getComponent().supervisor());
        replays.removeIf(Replay::isEnded);
        replays.add(replay);
        return replay;
    }

    /**
     * Delivers once more an event that the sink refused, beside what the route delivers anyway, and waits for what comes of it. If
     * it is refused again, it is in the reject file anew.
     *
     * @throws IllegalStateException if the route is not running, or is stopped meanwhile
     * @throws IllegalArgumentException if the reject file does not hold all of the event
     */
    public SendAgain.Result sendAgain(Rejected rejected) throws InterruptedException {
        EventStream source = stream;
        BatchDelivery running = delivery;
        if (source == null || running == null) {
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
        SendAgain.Result result = await(end, running);
        if (result.outcome() == SendAgain.Outcome.REFUSED) {
            source.rejectUndeliverable(running.status().subscriber(), record, result.reason());
        }
        return result;
    }

    private SendAgain.Result await(CompletableFuture<SendAgain.Result> end, BatchDelivery running)
            throws InterruptedException {
        while (true) {
            try {
                return end.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (delivery != running) {
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
        replays.forEach(Replay::stop);
        replays.clear();
        BatchDelivery stopping = delivery;
        if (stopping != null) {
            stopping.stop();
            tellSinks();
            Duration grace = endpoint.getComponent().stopGrace().left();
            if (!stopping.awaitIdle(grace)) {
                stopping.keepProgress();
                LOG.warn(
                        "route {}: a batch is still on its way; it is delivered again when the route starts",
                        getRouteId());
            }
        }
        release();
    }

    /** Hands nothing more to the route; events that the route has may still be finished. Called by any thread. */
    void handOutNoMore() {
        BatchDelivery stopping = delivery;
        if (stopping != null) {
            stopping.stop();
        }
        replays.forEach(Replay::stop);
    }

    /**
     * Tells sinks of the stop now, so that they do not wait for a broker that is away while this consumer waits for them. Camel
     * would tell them only after the consumer has stopped.
     */
    private void tellSinks() {
        for (Service service :
                getRoute() == null ? List.<Service>of() : List.copyOf(getRoute().getServices())) {
            if (service instanceof RouteStopNotice notice) {
                notice.prepareShutdown(true, false);
            }
        }
    }

    private void release() {
        BatchDelivery released = delivery;
        if (released != null) {
            released.stop();
        }
        delivery = null;
        if (looks != null) {
            looks.cancel(false);
            looks = null;
        }
        if (thread != null) {
            // It ends by itself, unless a step of the route holds it.
            thread.interrupt();
            thread = null;
        }
        if (subscription != null) {
            String name = subscription.name();
            subscription.close();
            subscription = null;
            if (stream != null) {
                endpoint.getComponent().streams().release(stream, name);
            }
        }
        stream = null;
    }

    private String subscriberName(DtStreamConfiguration options) {
        return StreamOptions.subscriber(options.getSubscriber() == null ? getRouteId() : options.getSubscriber());
    }

    private void deliver(List<JournalRecord> records, BatchDelivery.Acknowledgement acknowledgement) {
        Exchange exchange = createExchange(true);
        Message batch = exchange.getIn();
        String date = EventMessages.dateOf(records.get(0).received());
        List<Message> parts = parts(records, date, acknowledgement);
        PartsInSequence sequence = sendsInSequence ? new PartsInSequence(parts) : null;
        acknowledgement.isSeenBy(new View(exchange, parts, sequence, acknowledgement));
        batch.setBody(parts);
        batch.setHeader(
                DtStreamConstants.PROJECT_ID, endpoint.getConfiguration().getProjectId());
        batch.setHeader(DtStreamConstants.RECEIVED_DATE, date);
        exchange.getExchangeExtension()
                .addOnCompletion(new Completion(Objects.requireNonNull(shape), records, sequence, acknowledgement));
        getAsyncProcessor().process(exchange, doneSync -> {});
    }

    private List<Message> parts(
            List<JournalRecord> records, String date, BatchDelivery.Acknowledgement acknowledgement) {
        CamelContext context = getEndpoint().getCamelContext();
        EventMessages.Devices devices = Objects.requireNonNull(stream)::device;
        List<Message> parts = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            DefaultMessage part = sendsInSequence
                    ? new PartMessage(context)
                    : sendsOneByOne ? new TellingPart(context, acknowledgement, i) : new DefaultMessage(context);
            parts.add(EventMessages.fill(part, records.get(i), date, devices));
        }
        return parts;
    }

    /** Looks into the exchanges of a batch and its parts. */
    private record View(
            Exchange batch,
            List<Message> parts,
            @Nullable PartsInSequence sequence,
            BatchDelivery.Acknowledgement acknowledgement)
            implements BatchDelivery.View {
        @Override
        public String step() {
            return CurrentStep.of(batch, parts);
        }

        @Override
        public void tellEnds() {
            if (sequence != null) {
                sequence.tellEndsSoFar(acknowledgement);
            }
        }

        @Override
        public boolean hasSentAll() {
            return sequence != null && sequence.areAllSent();
        }
    }

    /**
     * Ends the delivery when the exchange's unit of work is done. A step that hands the exchange to another thread, or to a seda
     * endpoint, hands the unit of work along; the processor's callback would come too early there.
     */
    private record Completion(
            RouteShape shape,
            List<JournalRecord> records,
            @Nullable PartsInSequence sequence,
            BatchDelivery.Acknowledgement acknowledgement)
            implements Synchronization {
        @Override
        public void onComplete(Exchange exchange) {
            if (sequence != null && !sequence.areAllSent()) {
                // A handled failure, or a stop, has ended the split.
                sequence.tellEnds(acknowledgement);
            }
            acknowledgement.done(null);
        }

        @Override
        public void onFailure(Exchange exchange) {
            Throwable failure = exchange.getException();
            if (failure == null) {
                failure = new IllegalStateException("the route marked the exchange as failed");
            } else if (sequence != null) {
                sequence.tellEnds(acknowledgement);
            } else if (shape.onlyGathersFor(KafkaReceipts.SCHEME)) {
                KafkaReceipts.tell(records, exchange.getMessage().getBody(), acknowledgement);
            } else if (shape.endsAt(Refusals.SCHEME)) {
                failure = Refusals.of(records, exchange, failure, acknowledgement);
            }
            acknowledgement.done(failure);
        }
    }
}
