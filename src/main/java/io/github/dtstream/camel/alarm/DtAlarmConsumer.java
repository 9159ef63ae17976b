package io.github.dtstream.camel.alarm;

import io.github.dtstream.camel.JournalConsumer;
import io.github.dtstream.camel.message.EventMessages;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.stream.EventStream;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;

/** A route's consumer of an alarm journal. If there are no rules yet, it waits for them. */
public class DtAlarmConsumer extends JournalConsumer {
    private final DtAlarmEndpoint endpoint;

    DtAlarmConsumer(DtAlarmEndpoint endpoint, Processor processor) {
        super(endpoint, processor, endpoint.getComponent().streams(), endpoint.getConfiguration());
        this.endpoint = endpoint;
    }

    @Override
    public DtAlarmEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    public String projectId() {
        return endpoint.project();
    }

    @Override
    protected void begin(String subscriber) throws IOException {
        endpoint.checkOptions();
        alarms().add(this, endpoint.project(), endpoint.getConfiguration().getStream());
    }

    @Override
    protected void end() {
        alarms().remove(this);
    }

    private RunningAlarms alarms() {
        return endpoint.getComponent().alarms();
    }

    /** Called when there is an alarm journal to read. */
    void opened(EventStream stream, Journal journal) throws IOException {
        attach(new Source(endpoint, stream, journal, new AlarmEntries()));
    }

    /** Called when the alarm journal is about to close. */
    void closing(StopGrace grace) throws InterruptedException {
        var unused = detach(grace);
    }

    private record Source(DtAlarmEndpoint endpoint, EventStream stream, Journal journal, AlarmEntries entries)
            implements JournalSource {
        @Override
        public Subscription narrowed(Subscription records) {
            return new AlarmSubscription(records, endpoint.filter(), entries);
        }

        @Override
        public void fill(DefaultMessage message, JournalRecord record, String receivedDate) {
            EventMessages.fill(message, record, receivedDate, stream::device);
            entries.change(record.event()).ifPresent(change -> AlarmMessages.addHeaders(message, change));
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
            // The alarm service keeps the journal open.
        }
    }
}
