package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.delivery.SendAgain.Outcome;
import io.github.dtstream.delivery.SendAgain.Result;
import io.github.dtstream.delivery.batch.TestEvents;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.Rejected;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SendAgainTest {
    private static final Instant NOON = TestEvents.NOON;
    private static final String EVENT = "{\"eventId\":\"e17\",\"targetName\":\"projects/p/devices/d\","
            + "\"eventType\":\"touch\",\"data\":{\"touch\":{}},\"timestamp\":\"2026-01-01T11:59:58.000000Z\"}";

    private static Rejected rejected(Map<String, String> details, String record) {
        return new Rejected("2026-01-01-1", NOON, "subscriber files", "too large", details, record, "");
    }

    @Test
    void isTheEventAsTheJournalHeldIt() {
        JournalRecord record = SendAgain.record(
                rejected(Map.of("sequence", "17", "received", "2026-01-01T11:59:59Z", "source", "history"), EVENT));

        assertThat(record.sequence()).isEqualTo(17);
        assertThat(record.received()).isEqualTo(Instant.parse("2026-01-01T11:59:59Z"));
        assertThat(record.source()).isEqualTo(Source.HISTORY);
        assertThat(record.event()).hasToString(EVENT);
        assertThat(record.event().eventId()).isEqualTo("e17");
    }

    @Test
    void takesWhatEarlierVersionsWroteForLiveAndReceivedWhenItWasRefused() {
        JournalRecord record = SendAgain.record(rejected(Map.of("sequence", "17"), EVENT));

        assertThat(record.received()).isEqualTo(NOON);
        assertThat(record.source()).isEqualTo(Source.LIVE);
    }

    @Test
    void saysWhatToDoWhereTheRejectFileDoesNotHoldAll() {
        assertThatThrownBy(() -> SendAgain.record(rejected(Map.of("sequence", "17"), EVENT.substring(0, 50))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`replay`");
        assertThatThrownBy(() -> SendAgain.record(rejected(Map.of(), EVENT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`replay`");
    }

    @Test
    void tellsARefusalFromASinkThatIsAway() {
        assertThat(SendAgain.result(new IllegalArgumentException("too large"), AnsweredException.SINKS))
                .isEqualTo(new Result(Outcome.REFUSED, "IllegalArgumentException: too large"));
        assertThat(SendAgain.result(new IOException("no route to host"), AnsweredException.SINKS))
                .isEqualTo(new Result(Outcome.AWAY, "IOException: no route to host"));
        assertThat(SendAgain.result(new AnsweredException(400, "no text"), AnsweredException.SINKS))
                .isEqualTo(new Result(Outcome.REFUSED, "https://example.com answered 400: no text"));
        assertThat(SendAgain.result(new AnsweredException(503, ""), AnsweredException.SINKS))
                .isEqualTo(new Result(Outcome.AWAY, "https://example.com answered 503"));
    }

    @Test
    void aSinkThatNamesTheEventRefusesItForItsReasonWhateverThatIs() {
        PartlyRefused partly = new PartlyRefused(Map.of("e17", new IOException("payload format invalid")));

        assertThat(partly).hasMessage("1 events of the batch were refused");
        assertThat(SendAgain.result(partly, AnsweredException.SINKS))
                .isEqualTo(new Result(Outcome.REFUSED, "IOException: payload format invalid"));
    }
}
