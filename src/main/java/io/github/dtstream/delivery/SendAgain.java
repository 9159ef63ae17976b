package io.github.dtstream.delivery;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/** The result of sending a refused event again. Stateless. */
public final class SendAgain {
    private SendAgain() {}

    /** How it ended. */
    public enum Outcome {
        DELIVERED,
        /** The event is in the reject file again. */
        REFUSED,
        /** The sink refuses the event again, and the reject file could not take it: its old entry must stay. */
        NOT_KEPT,
        /** The sink accepts nothing now. */
        AWAY
    }

    /** @param reason the sink's words; empty text if the event was delivered */
    public record Result(Outcome outcome, String reason) {}

    /**
     * The event as it was in the journal.
     *
     * @throws IllegalArgumentException if the reject file does not have the whole event
     */
    public static JournalRecord record(Rejected rejected) {
        byte[] json = rejected.record().getBytes(StandardCharsets.UTF_8);
        try {
            Event event = new EnvelopeDecoder().decodeEvent(json, 0, json.length);
            return new JournalRecord(
                    Long.parseLong(rejected.detail("sequence")), received(rejected), source(rejected), event);
        } catch (InvalidRecordException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the reject file does not hold all of it; `replay` delivers what the journal holds", e);
        }
    }

    /** The time of receipt; earlier versions did not write it. */
    private static Instant received(Rejected rejected) {
        try {
            return Instant.parse(rejected.detail("received"));
        } catch (DateTimeException e) {
            return rejected.time();
        }
    }

    private static Source source(Rejected rejected) {
        String label = rejected.detail("source");
        return label.isEmpty() ? Source.LIVE : Source.ofLabel(label);
    }

    public static Result result(Throwable failure, SinkFailures sinks) {
        if (failure instanceof PartlyRefused partly) {
            Throwable reason = partly.refused().values().iterator().next();
            return new Result(Outcome.REFUSED, FailureText.of(reason, sinks));
        }
        return new Result(
                DeliveryFault.of(failure, sinks).isRefusal() ? Outcome.REFUSED : Outcome.AWAY,
                FailureText.of(failure, sinks));
    }
}
