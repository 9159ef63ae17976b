package io.github.dtstream.camel;

import io.github.dtstream.camel.message.BatchMessage;
import io.github.dtstream.camel.message.CurrentStep;
import io.github.dtstream.camel.message.EventMessages;
import io.github.dtstream.camel.message.KafkaReceipts;
import io.github.dtstream.camel.message.PartMessage;
import io.github.dtstream.camel.message.PartsInSequence;
import io.github.dtstream.camel.message.TellingPart;
import io.github.dtstream.delivery.batch.BatchDelivery;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.mqtt.message.BatchOrigin;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * Makes exchanges of the batches of a route, and has the route process them. The body of an exchange is the list of its
 * parts, a message for each record. Thread-safe.
 */
final class BatchExchanges {
    private final JournalConsumer consumer;
    private final CamelContext context;
    private final RouteShape shape;
    private final boolean sendsOneByOne;
    private final boolean sendsInSequence;

    BatchExchanges(JournalConsumer consumer, RouteShape shape) {
        this.consumer = consumer;
        this.context = consumer.getEndpoint().getCamelContext();
        this.shape = shape;
        this.sendsOneByOne = shape.isOneByOne();
        this.sendsInSequence = shape.isInSequence();
    }

    /** Begins to process a batch; the acknowledgement learns how it ended. */
    void process(
            List<JournalRecord> records,
            JournalConsumer.RecordSource source,
            BatchOrigin origin,
            BatchDelivery.Acknowledgement acknowledgement) {
        Exchange exchange = consumer.createExchange(true);
        exchange.setProperty(BatchOrigin.PROPERTY, origin);
        String date = EventMessages.dateOf(records.get(0).received());
        List<Message> parts = parts(records, source, date, acknowledgement);
        PartsInSequence sequence = sendsInSequence ? new PartsInSequence(parts) : null;
        acknowledgement.isSeenBy(new View(exchange, parts, sequence, acknowledgement));
        Message batch = new BatchMessage(context, consumer.projectId(), date);
        batch.setBody(parts);
        exchange.setIn(batch);
        exchange.getExchangeExtension().addOnCompletion(new Completion(shape, records, sequence, acknowledgement));
        consumer.getAsyncProcessor().process(exchange, doneSync -> {});
    }

    private List<Message> parts(
            List<JournalRecord> records,
            JournalConsumer.RecordSource source,
            String date,
            BatchDelivery.Acknowledgement acknowledgement) {
        List<Message> parts = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            DefaultMessage part = sendsInSequence
                    ? new PartMessage(context)
                    : sendsOneByOne ? new TellingPart(context, acknowledgement, i) : new DefaultMessage(context);
            source.fill(part, records.get(i), date);
            parts.add(part);
        }
        return parts;
    }

    /** Shows the progress of a batch's exchange and its parts. */
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
     * Ends the delivery when the exchange's unit of work is done. A hand-over to another thread or to a seda endpoint
     * moves the unit of work; the processor's callback alone would come too early then.
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
                // A handled failure, or a stop, has ended the split early.
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
