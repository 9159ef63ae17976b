package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TopicCursorsTest {
    private static final Duration LIMIT = Duration.ofDays(30);

    private final AtomicInteger wakes = new AtomicInteger();
    private final TopicCursors cursors = new TopicCursors(wakes::incrementAndGet);

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
        JournalSubscription.Cursor cursor = cursors.activate("files", 1, Integer.MAX_VALUE);
        List<TopicCursors.Change> changes = cursors.changes();
        cursor.advance(Position.before(50));

        cursors.written(changes);

        assertThat(cursors.changes()).extracting(TopicCursors.Change::value).containsExactly("50 0");
        cursors.written(cursors.changes());
        assertThat(cursors.isDirty()).isFalse();
    }

    @Test
    void hasRoomForOneBatchBehindTheWrittenCursorAndAnyAmountWhereAllIsWritten() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0")));
        JournalSubscription.Cursor cursor = cursors.activate("files", 1, 10);

        assertThat(cursor.hasRoom(1000)).isTrue();
        cursor.advance(Position.before(46));
        assertThat(cursor.hasRoom(51)).isTrue();
        assertThat(cursor.hasRoom(52)).isFalse();
        List<TopicCursors.Change> first = cursors.changes();
        cursor.advance(Position.before(51));
        cursors.written(first);
        assertThat(cursor.hasRoom(56)).isTrue();
        assertThat(cursor.hasRoom(57)).isFalse();
        cursors.written(cursors.changes());

        assertThat(cursor.hasRoom(1000)).isTrue();
    }

    @Test
    void whoWaitsForRoomHasTheCursorWrittenAtOnceAndGoesOnWhenItIs() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0")));
        JournalSubscription.Cursor cursor = cursors.activate("files", 1, 10);
        cursor.advance(Position.before(51));
        assertThat(cursors.isWaitedFor()).isFalse();
        int before = wakes.get();

        CompletableFuture<Long> waiting = waitForRoom(cursor, 61);
        await().until(() -> cursors.isWaitedFor() && wakes.get() > before);
        assertThat(waiting).isNotDone();
        cursors.written(cursors.changes());

        assertThat(waiting.get(60, TimeUnit.SECONDS)).isPositive();
        assertThat(cursor.hasRoom(61)).isTrue();
        assertThat(cursors.isWaitedFor()).isFalse();
    }

    @Test
    void aCursorIsNearWhileACrashRepeatsTenEventsAtMost() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0"), "cursor/mqtt", bytes("41 0")));
        JournalSubscription.Cursor files = cursors.activate("files", 1, 100);
        JournalSubscription.Cursor mqtt = cursors.activate("mqtt", 1, 100);
        files.advance(Position.before(42));
        mqtt.advance(Position.before(51));
        assertThat(cursors.areNear()).isTrue();

        mqtt.advance(Position.before(52));
        assertThat(cursors.areNear()).isFalse();
        cursors.written(cursors.changes());

        mqtt.advance(Position.before(62));
        assertThat(cursors.areNear()).isTrue();
        int before = wakes.get();
        cursors.deactivate("mqtt");
        assertThat(cursors.areNear())
                .as("nothing follows with which it could be written")
                .isFalse();
        assertThat(wakes.get()).isGreaterThan(before);
    }

    @Test
    void whoBeginsAndWhoIsRemovedDoesNotWaitForTheNextEvent() throws Exception {
        CompletableFuture<Object> begins = inBackground(() -> cursors.activate("files", 41, 10));
        await().until(cursors::isWaitedFor);
        cursors.written(cursors.changes());
        begins.get(60, TimeUnit.SECONDS);
        assertThat(cursors.isWaitedFor()).isFalse();

        cursors.deactivate("files");
        CompletableFuture<Object> removed = inBackground(() -> cursors.remove("files"));
        await().until(cursors::isWaitedFor);
        assertThat(cursors.areNear()).isFalse();
        cursors.written(cursors.changes());
        assertThat(removed.get(60, TimeUnit.SECONDS)).isEqualTo(true);
    }

    private static CompletableFuture<Object> inBackground(Callable<Object> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void nobodyWaitsForRoomAnyMoreWhereTheSubscriptionOrTheJournalIsClosed() throws Exception {
        cursors.load(Map.of("cursor/files", bytes("41 0"), "cursor/mqtt", bytes("41 0")));
        JournalSubscription.Cursor files = cursors.activate("files", 1, 10);
        JournalSubscription.Cursor mqtt = cursors.activate("mqtt", 1, 10);
        files.advance(Position.before(51));
        mqtt.advance(Position.before(51));
        CompletableFuture<Long> first = waitForRoom(files, 61);
        CompletableFuture<Long> second = waitForRoom(mqtt, 61);

        cursors.deactivate("files");
        assertThat(first.get(60, TimeUnit.SECONDS)).isPositive();
        assertThat(second).isNotDone();
        cursors.close();

        assertThat(second.get(60, TimeUnit.SECONDS)).isPositive();
        assertThat(mqtt.hasRoom(61)).isFalse();
    }

    private static CompletableFuture<Long> waitForRoom(JournalSubscription.Cursor cursor, long end) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return cursor.awaitRoom(end, TimeUnit.MINUTES.toNanos(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
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
