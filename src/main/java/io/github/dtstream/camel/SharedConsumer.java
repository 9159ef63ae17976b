package io.github.dtstream.camel;

import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.camel.message.EventMessages;
import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.delivery.HandledFailures;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.delivery.batch.BatchDelivery;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.stream.StreamRecords;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * A route's consumer of a stream that the routers of a group share. It has a consumer for each partition that the group
 * assigns to this router, with its own thread, window and cursor, and all of them give their batches to the one route. It
 * also uses the stream, so that one of the routers holds it; that may be another one.
 *
 * <p>Threads: that of the subscription adds and removes partitions, that of the route starts and stops. The lock of this
 * object guards the partitions, and is not held while batches in progress get their moment.
 */
public final class SharedConsumer extends ProjectConsumer implements PartitionListener {
    private final DtStreamEndpoint endpoint;
    private final Processor processor;
    private final HandledFailures handled;
    /** Set before the consumer starts. */
    private boolean isOneOfSeveral;

    // Guarded by this.
    private final Map<Integer, PartitionConsumer> partitions = new TreeMap<>();
    private boolean running;
    private @Nullable SharedSubscription subscription;
    private @Nullable Keeper keeper;
    /** What the partitions delivered that this router does not read any more. */
    private DeliveryStatus past = DeliveryStatus.idle("");

    SharedConsumer(DtStreamEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.processor = processor;
        handled = new HandledFailures(component().clock(), component().clock()::nanos, new CamelSinkFailures());
    }

    @Override
    DtStreamComponent component() {
        return endpoint.getComponent();
    }

    @Override
    public String projectId() {
        return endpoint.getConfiguration().getProjectId();
    }

    @Override
    public synchronized List<JournalConsumer> consumers() {
        return List.copyOf(partitions.values());
    }

    @Override
    public Optional<Journal> journal() {
        return Optional.empty();
    }

    @Override
    void isOneOfSeveral() {
        isOneOfSeveral = true;
    }

    @Override
    void failureHandled(String handler, Throwable failure) {
        handled.handled(getRouteId(), handler, failure);
    }

    @Override
    public Optional<String> problem() {
        Keeper keeping;
        synchronized (this) {
            keeping = keeper;
        }
        return keeping == null ? Optional.empty() : component().held().problem(endpoint.streamName(), keeping);
    }

    /** Which routers read which partitions; empty while the route is stopped. */
    public Optional<SharedStatus> shared() {
        SharedSubscription reading;
        synchronized (this) {
            reading = subscription;
        }
        return Optional.ofNullable(reading).map(SharedSubscription::status);
    }

    /** {@inheritDoc} It is the sum of the partitions that this router reads, and has read since the route started. */
    @Override
    public Optional<DeliveryStatus> status() {
        DeliveryStatus sum;
        List<JournalConsumer> reading;
        Keeper keeping;
        synchronized (this) {
            if (!running) {
                return Optional.empty();
            }
            sum = past;
            reading = consumers();
            keeping = keeper;
        }
        for (JournalConsumer one : reading) {
            sum = one.status().map(sum::and).orElse(sum);
        }
        return Optional.of(sum.with(keeping == null ? sum.refused() : keeping.setAside(sum), handled.all()));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        DtStreamConfiguration options = endpoint.getConfiguration();
        String subscriber =
                StreamOptions.subscriber(options.getSubscriber() == null ? getRouteId() : options.getSubscriber());
        String stream = endpoint.streamName();
        Keeper keeping = new Keeper(subscriber);
        synchronized (this) {
            running = true;
            past = DeliveryStatus.idle(subscriber);
            keeper = keeping;
        }
        component().held().add(stream, keeping);
        SharedSubscription begun = component()
                .share(
                        stream,
                        subscriber,
                        options.getStartFrom().equals("beginning") ? Journal.Start.BEGINNING : Journal.Start.END,
                        options.maxBatchSize(component().usualBatch()),
                        this);
        synchronized (this) {
            subscription = begun;
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
        List<PartitionConsumer> ending;
        SharedSubscription leaving;
        Keeper keeping;
        synchronized (this) {
            running = false;
            ending = List.copyOf(partitions.values());
            partitions.clear();
            leaving = subscription;
            subscription = null;
            keeping = keeper;
            keeper = null;
        }
        ending.forEach(JournalConsumer::handOutNoMore);
        if (!ending.isEmpty()) {
            ending.get(0).tellSinks();
        }
        try {
            // Camel may have stopped other routes before, which share the time.
            StopGrace grace = component().stopGrace();
            for (PartitionConsumer one : ending) {
                var unused = one.finish(grace);
            }
        } finally {
            if (leaving != null) {
                leaving.close();
            }
            if (keeping != null) {
                component().held().remove(endpoint.streamName(), keeping);
                keeping.release();
            }
        }
        super.doStop();
    }

    @Override
    protected synchronized void handOutNoMore() {
        partitions.values().forEach(JournalConsumer::handOutNoMore);
    }

    @Override
    public void assigned(int partition, Subscription records) {
        synchronized (this) {
            Keeper keeping = keeper;
            if (!running || keeping == null) {
                records.close();
                return;
            }
            PartitionConsumer reading =
                    new PartitionConsumer(endpoint, processor, new PartitionRecords(keeping.records, records));
            if (isOneOfSeveral) {
                reading.isOneOfSeveral();
            }
            reading.addToThreadName("-" + partition);
            Route route = getRoute();
            if (route != null) {
                reading.setRoute(route);
            }
            reading.setRouteId(getRouteId());
            partitions.put(partition, reading);
            ServiceHelper.startService(reading);
        }
    }

    @Override
    public void revoked(Set<Integer> numbers) {
        end(numbers, component().stopGrace());
    }

    @Override
    public void lost(Set<Integer> numbers) {
        end(numbers, new StopGrace(Duration.ZERO, component().clock()::nanos));
    }

    private void end(Set<Integer> numbers, StopGrace grace) {
        List<PartitionConsumer> ending = new ArrayList<>();
        synchronized (this) {
            for (Integer number : numbers) {
                PartitionConsumer one = partitions.remove(number);
                if (one != null) {
                    ending.add(one);
                }
            }
        }
        ending.forEach(JournalConsumer::handOutNoMore);
        ending.forEach(JournalConsumer::tellSinksOfEnd);
        for (PartitionConsumer one : ending) {
            Optional<DeliveryStatus> last = one.finish(grace);
            synchronized (this) {
                past = last.map(DeliveryStatus::ended).map(past::and).orElse(past);
            }
        }
    }

    /**
     * The route's steps. Camel stops the steps of a consumer that stops; these are not a service, because the other
     * partitions need them when one of them ends.
     */
    private record Steps(AsyncProcessor route) implements AsyncProcessor {
        @Override
        public void process(Exchange exchange) throws Exception {
            route.process(exchange);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return route.process(exchange, callback);
        }

        @Override
        public CompletableFuture<Exchange> processAsync(Exchange exchange) {
            return route.processAsync(exchange);
        }
    }

    /** Delivers the records of one partition. */
    private static final class PartitionConsumer extends JournalConsumer {
        private final DtStreamEndpoint endpoint;
        private final PartitionRecords records;

        PartitionConsumer(DtStreamEndpoint endpoint, Processor processor, PartitionRecords records) {
            super(
                    endpoint,
                    new Steps(AsyncProcessorConverterHelper.convert(processor)),
                    endpoint.getComponent(),
                    endpoint.getConfiguration());
            this.endpoint = endpoint;
            this.records = records;
        }

        @Override
        public String projectId() {
            return endpoint.getConfiguration().getProjectId();
        }

        @Override
        protected void begin(String subscriber) throws IOException {
            attach(records);
        }

        /**
         * Ends the delivery, while the route may continue. Batches in progress get the time that is left.
         *
         * @return the state at the end; empty if nothing was delivered
         */
        Optional<DeliveryStatus> finish(StopGrace grace) {
            BatchDelivery ended = null;
            try {
                ended = detach(grace);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ServiceHelper.stopAndShutdownService(this);
            return Optional.ofNullable(ended).map(BatchDelivery::status);
        }
    }

    /** The records of one partition, and the operations on them. */
    private record PartitionRecords(StreamRecords stream, Subscription records)
            implements JournalConsumer.RecordSource {
        @Override
        public Subscription subscribe(String subscriber, Journal.Start start, int maxRepeated) {
            return records;
        }

        @Override
        public boolean isNew(String subscriber) {
            return false;
        }

        @Override
        public void fill(DefaultMessage message, JournalRecord record, String receivedDate) {
            stream.read(record.event());
            EventMessages.fill(message, record, receivedDate, stream::device);
        }

        @Override
        public void reject(String subscriber, Map<JournalRecord, String> reasons) throws IOException {
            stream.reject(subscriber, reasons);
        }

        @Override
        public OpenRefusals openRefusals(String subscriber) throws IOException {
            return stream.openRefusals(subscriber);
        }

        @Override
        public void release(String subscriber) {
            records.close();
        }
    }

    /** Uses the stream while this router holds it, so that it is received. Reads none of its records. */
    private final class Keeper implements StreamUser {
        private final String subscriber;
        private final StreamRecords records;
        /** Guarded by this. */
        private @Nullable EventStream stream;

        Keeper(String subscriber) {
            this.subscriber = subscriber;
            records = component().streams().records(endpoint.getConfiguration().getStream(), endpoint.streamSettings());
        }

        @Override
        public boolean standBy(EventStreams streams) {
            return streams.standBy(endpoint.getConfiguration().getStream(), endpoint.streamSettings());
        }

        @Override
        public synchronized void begin() throws IOException {
            stream = component()
                    .streams()
                    .acquire(endpoint.getConfiguration().getStream(), endpoint.streamSettings(), subscriber);
        }

        @Override
        public void end(StopGrace grace) {
            release();
        }

        synchronized void release() {
            EventStream released = stream;
            stream = null;
            if (released != null) {
                component().streams().release(released, subscriber);
            }
        }

        private DeliveryFailures setAside(DeliveryStatus status) {
            return JournalConsumer.setAside(status, () -> records.openRefusals(subscriber));
        }
    }
}
