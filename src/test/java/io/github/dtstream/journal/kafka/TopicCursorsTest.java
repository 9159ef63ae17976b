package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCursorsTest {
    private static final Duration LIMIT = Duration.ofDays(30);

    private final TopicCursors cursors = new TopicCursors(() -> {});

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JournalStatus.Subscriber one() {
        return cursors.status(100, LIMIT).get(0);
    }

    @Test
    void keepsHowLongASubscriberHasBeenGoneWhichIsWrittenEachHour() throws Exception {
        cursors.load(Map.of("journal", bytes("me 1 - -"), "cursor/files", bytes("41 7200")));

        cursors.addIdle(Duration.ofMinutes(59), LIMIT, 100);
        assertThat(cursors.isDirty()).isFalse();
        cursors.addIdle(Duration.ofMinutes(1), LIMIT, 100);

        assertThat(cursors.changes()).singleElement().satisfies(change -> {
            assertThat(change.name()).isEqualTo("files");
            assertThat(change.value()).isEqualTo("41 10800");
        });
        assertThat(one().idle()).isEqualTo(Duration.ofHours(3));
        assertThat(one().released()).isEqualTo(LIMIT.minusHours(3));
        assertThat(one().lag()).isEqualTo(60);
    }

    @Test
    void forgetsWhoHasBeenGoneForTooLongButNotBeforeItMay() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0")));

        cursors.addIdle(LIMIT, null, 100);
        assertThat(cursors.status(100, LIMIT)).hasSize(1);
        cursors.addIdle(Duration.ofMinutes(1), LIMIT, 100);

        assertThat(cursors.status(100, LIMIT)).isEmpty();
        assertThat(cursors.changes()).extracting(TopicCursors.Change::value).containsExactly((String) null);
    }

    @Test
    void writesAgainWhatChangedWhileItWasWritten() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0")));
        JournalSubscription.Cursor cursor = cursors.activate("files", 1);
        List<TopicCursors.Change> changes = cursors.changes();
        cursor.advance(Position.before(50));

        cursors.written(changes);

        assertThat(cursors.changes()).extracting(TopicCursors.Change::value).containsExactly("50 0");
        cursors.written(cursors.changes());
        assertThat(cursors.isDirty()).isFalse();
    }

    @Test
    void saysWhatItCannotRead() {
        assertThatThrownBy(() -> cursors.load(Map.of("cursor/files", bytes("far"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("files");
        assertThatThrownBy(() -> WriterState.in(Map.of("journal", bytes("me 7"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("me 7");
    }
}
