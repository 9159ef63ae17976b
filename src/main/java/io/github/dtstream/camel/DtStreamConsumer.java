package io.github.dtstream.camel;

import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.camel.message.EventMessages;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.stream.DeviceChanges;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/** A route's consumer of one stream. To start or stop it does not affect the connection to the cloud. */
public class DtStreamConsumer extends JournalConsumer {
    private final DtStreamEndpoint endpoint;
    private volatile @Nullable Reader reader;

    DtStreamConsumer(DtStreamEndpoint endpoint, Processor processor) {
        super(endpoint, processor, endpoint.getComponent(), endpoint.getConfiguration());
        this.endpoint = endpoint;
    }

    @Override
    public DtStreamEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    public String projectId() {
        return endpoint.getConfiguration().getProjectId();
    }

    @Override
    public Optional<String> problem() {
        Reader reading = reader;
        return reading == null ? Optional.empty() : component().held().problem(endpoint.streamName(), reading);
    }

    @Override
    protected void begin(String subscriber) throws IOException {
        Reader reading = new Reader(subscriber);
        reader = reading;
        component().held().add(endpoint.streamName(), reading);
    }

    @Override
    protected void end() {
        Reader ending = reader;
        if (ending != null) {
            component().held().remove(endpoint.streamName(), ending);
        }
    }

    /** Reads the stream while this router holds it. */
    private final class Reader implements StreamUser {
        private final String subscriber;

        Reader(String subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void begin() throws IOException {
            EventStream stream = component()
                    .streams()
                    .acquire(endpoint.getConfiguration().getStream(), endpoint.streamSettings(), subscriber);
            attach(new Source(component(), stream, endpoint.getConfiguration(), subscriber));
        }

        @Override
        public boolean standBy(EventStreams streams) {
            return streams.standBy(endpoint.getConfiguration().getStream(), endpoint.streamSettings());
        }

        @Override
        public void endSoon() {
            handOutNoMore();
            tellSinksOfEnd();
        }

        @Override
        public void end(StopGrace grace) throws InterruptedException {
            var unused = detach(grace);
        }
    }

    private record Source(
            DtStreamComponent component, EventStream stream, DtStreamConfiguration options, String subscriber)
            implements JournalSource {
        @Override
        public List<Subscription> beside(boolean isNew) throws IOException {
            List<Subscription> all = new ArrayList<>();
            Path data = Path.of(component.getDataDirectory());
            if (options.isFirstValues()) {
                stream.firstValues(subscriber, isNew, data.resolve("reported")).ifPresent(all::add);
            }
            if (options.isDeviceChanges()) {
                stream.deviceChanges(subscriber, isNew, data.resolve("device-changes"))
                        .ifPresent(all::add);
            }
            return all;
        }

        @Override
        public Journal journal() {
            return stream.journal();
        }

        @Override
        public void fill(DefaultMessage message, JournalRecord record, String receivedDate) {
            boolean tellsOfDevice = record.source() == io.github.dtstream.event.Source.DEVICES;
            EventMessages.fill(message, record, receivedDate, tellsOfDevice ? DeviceChanges::device : stream::device);
        }

        @Override
        public void reject(String subscriber, Map<JournalRecord, String> reasons) throws IOException {
            stream.rejectUndeliverable(subscriber, reasons);
        }

        @Override
        public OpenRefusals openRefusals(String subscriber) throws IOException {
            return stream.openRefusals(subscriber);
        }

        @Override
        public void release(String subscriber) {
            component.streams().release(stream, subscriber);
        }
    }
}
