package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.dtstream.LogCapture;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Held;
import io.github.dtstream.journal.buffer.Tail;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.journal.segment.CorruptRecords;
import io.github.dtstream.journal.segment.Recovery;
import io.github.dtstream.journal.segment.SegmentWriter;
import io.github.dtstream.journal.segment.Segments;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the loop on the test's own thread: it ends when the queue is closed and everything is written. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class CommitLoopTest {
    private final MemoryBudget memory = new MemoryBudget(64 << 20);

    @TempDir
    private Path folder;

    private final List<Long> shownAtForce = new ArrayList<>();
    private final List<Boolean> heldAtForce = new ArrayList<>();
    private Force force = attempt -> {};
    private final MovableClock ticker = new MovableClock(NOON);
    private int cursorForces;
    private Cursors cursors;
    private AppendQueue queue;
    private Tail tail;
    private CommitLoop loop;

    /** An action before a force, or instead of it. */
    private interface Force {
        void run(int attempt) throws IOException;
    }

    private void look(FaultyStorage.Operation operation, Path file) throws IOException {
        if (operation == FaultyStorage.Operation.FORCE && file.startsWith(folder.resolve("cursors"))) {
            cursorForces++;
        } else if (operation == FaultyStorage.Operation.FORCE) {
            shownAtForce.add(tail.durable());
            heldAtForce.add(loop.held() != null);
            force.run(shownAtForce.size());
        }
    }

    @BeforeEach
    void makeLoop() throws Exception {
        makeLoop(Duration.ofMillis(1));
    }

    private void makeLoop(Duration retry) throws Exception {
        makeLoop(retry, 1 << 30);
    }

    private void makeLoop(Duration retry, long retentionBytes) throws Exception {
        // With such small segments, each event has its own chunk and segment.
        JournalSettings settings = new JournalSettings(100, Duration.ofDays(7), retentionBytes, 100, 1 << 20, 1 << 20);
        FaultyStorage storage = new FaultyStorage();
        storage.watch(this::look);
        Path segmentFolder = folder.resolve("segments");
        Path cursorFolder = folder.resolve("cursors");
        storage.createDirectories(segmentFolder);
        storage.createDirectories(cursorFolder);
        Position begin = new Position(1, 0, 0);
        Segments segments = new Recovery(storage, new CorruptRecords(rejects()), Events::decode).find(segmentFolder);
        cursors = Cursors.load(cursorFolder, storage, CLOCK, begin);
        queue = new AppendQueue(new RecentEventIds(100), 1, null, settings, memory.share(Holder.PENDING, 0));
        tail = new Tail(1 << 20, begin, memory);
        loop = new CommitLoop(
                "j",
                queue,
                new SegmentWriter(storage, segmentFolder, segments, settings.segmentBytes()),
                tail,
                cursors,
                new Retention(storage, segmentFolder, segments, cursors, settings, CLOCK),
                CLOCK,
                ticker,
                retry);
    }

    private RejectFile rejects() {
        return new RejectFile(folder.resolve("rejected"), 1 << 20, CLOCK);
    }

    private void appendAndClose(int count) throws InterruptedException {
        for (int number = 1; number <= count; number++) {
            queue.append(List.of(Events.event(number)), Source.LIVE, NOON, index -> {});
        }
        queue.close();
    }

    @Test
    void showsNothingBeforeItIsOnTheDevice() throws Exception {
        appendAndClose(3);
        loop.run();

        assertThat(shownAtForce).containsExactly(0L, 1L, 2L);
        assertThat(tail.durable()).isEqualTo(3);
        assertThat(tail.isClosed()).isTrue();
    }

    @Test
    void repeatsWhatTheDiskRefusesAndIsHeldMeanwhile() throws Exception {
        force = attempt -> {
            if (attempt == 2 || attempt == 3) {
                throw new IOException("no space");
            }
        };
        appendAndClose(3);
        List<ILoggingEvent> told;
        try (LogCapture log = LogCapture.of(CommitLoop.class)) {
            loop.run();
            told = List.copyOf(log.events());
        }

        assertThat(shownAtForce).containsExactly(0L, 1L, 1L, 1L, 2L);
        assertThat(heldAtForce).containsExactly(false, false, true, true, false);
        assertThat(onDisk()).containsExactly("event1", "event2", "event3");
        assertThat(loop.held()).isNull();
        assertThat(tail.durable()).isEqualTo(3);
        assertThat(told)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        held -> assertThat(held).contains("is held").contains("no space"),
                        goesOn -> assertThat(goesOn).contains("goes on"));
    }

    @Test
    void letsGoOfWhatTheDiskDoesNotTakeWhenItIsGivenUp() throws Exception {
        force = attempt -> {
            if (attempt == 4) {
                loop.giveUp();
            }
            if (attempt >= 2) {
                throw new IOException("no space");
            }
        };
        appendAndClose(3);
        List<ILoggingEvent> told;
        try (LogCapture log = LogCapture.of(CommitLoop.class)) {
            loop.run();
            told = List.copyOf(log.events());
        }

        assertThat(shownAtForce).hasSize(4);
        assertThat(tail.durable()).isEqualTo(1);
        assertThat(told)
                .last()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("2 events were not written"));
    }

    /** History would not be asked for it: a gap begins after the last event in the journal. */
    @Test
    void writesNothingThatCameAfterWhatWasGivenUp() throws Exception {
        force = attempt -> {
            if (attempt == 1) {
                appendSecond();
                queue.close();
                loop.giveUp();
                throw new IOException("no space");
            }
        };
        queue.append(List.of(Events.event(1)), Source.LIVE, NOON, index -> {});
        List<ILoggingEvent> told;
        try (LogCapture log = LogCapture.of(CommitLoop.class)) {
            loop.run();
            told = List.copyOf(log.events());
        }

        assertThat(onDisk()).isEmpty();
        assertThat(tail.durable()).isZero();
        assertThat(told)
                .last()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("2 events were not written"));
    }

    private void appendSecond() throws IOException {
        try {
            queue.append(List.of(Events.event(2)), Source.LIVE, NOON, index -> {});
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void failureThatNobodyForesawIsRepeatedTenTimesInARow() throws Exception {
        force = attempt -> {
            if (attempt > 1) {
                throw new IllegalStateException("by intent");
            }
        };
        appendAndClose(2);

        assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class).hasMessage("by intent");
        assertThat(shownAtForce).hasSize(1 + 11);
        assertThat(tail.durable()).isEqualTo(1);
        assertThat(tail.isClosed()).isTrue();
        assertThat(queue.isClosed()).isTrue();
    }

    @Test
    void successInBetweenBeginsTheCountAnew() throws Exception {
        force = attempt -> {
            if (attempt % 8 != 0) {
                throw new IllegalStateException("by intent");
            }
        };
        appendAndClose(4);
        loop.run();

        assertThat(tail.durable()).isEqualTo(4);
        assertThat(shownAtForce).hasSize(32);
        assertThat(onDisk()).containsExactly("event1", "event2", "event3", "event4");
    }

    @Test
    void givingUpEndsThePauseAtOnce(@TempDir Path other) throws Exception {
        folder = other;
        makeLoop(Duration.ofDays(1));
        force = attempt -> {
            throw new IOException("no space");
        };
        appendAndClose(1);
        Thread thread = new Thread(loop);
        thread.setDaemon(true);
        thread.start();
        await().until(() -> loop.held() != null);
        loop.giveUp();
        thread.join(Duration.ofSeconds(30).toMillis());
        assertThat(thread.isAlive()).isFalse();
        assertThat(tail.isClosed()).isTrue();
    }

    @Test
    void givesTheMemoryOfEachEventBackOnceItIsOnTheDevice() throws Exception {
        List<Long> pending = new ArrayList<>();
        force = attempt -> {
            pending.add(memory.used().get(Holder.PENDING));
            if (attempt == 3) {
                queue.close();
            }
        };
        for (int number = 1; number <= 3; number++) {
            queue.append(List.of(Events.event(number)), Source.LIVE, NOON, index -> {});
        }
        loop.run();
        assertThat(pending)
                .hasSize(3)
                .isSortedAccordingTo(Comparator.reverseOrder())
                .doesNotHaveDuplicates();
    }

    /** Lets a subscriber commit before each of so many forces, which take the given time. */
    private void commitMeanwhile(int events, Duration each) throws Exception {
        CursorFile cursor = cursors.activate("reads", new Position(1, 0, 0));
        cursorForces = 0;
        force = attempt -> {
            ticker.advance(each);
            cursor.advance(new Position(1 + attempt, 1, 10L * attempt));
        };
        appendEachInATurn(events);
    }

    /** Appends each event only after the turn of the one before; after the last one there is one more turn. */
    private void appendEachInATurn(int events) throws InterruptedException {
        Force then = force;
        int[] appended = {1};
        force = attempt -> {
            then.run(attempt);
            try {
                if (appended[0]++ < events) {
                    queue.append(List.of(Events.event(appended[0])), Source.LIVE, NOON, index -> {});
                } else {
                    queue.close();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        queue.append(List.of(Events.event(1)), Source.LIVE, NOON, index -> {});
        loop.run();
    }

    @Test
    void syncsWhatSubscribersCommitOnceASecond() throws Exception {
        commitMeanwhile(10, Duration.ofMillis(250));
        // After 1 and 2 s of 2.5 s.
        assertThat(cursorForces).isEqualTo(2);
    }

    @Test
    void syncsWhatSubscribersCommitAsSoonAsASecondHasPassed() throws Exception {
        commitMeanwhile(3, Duration.ofSeconds(1));
        assertThat(cursorForces).isEqualTo(3);
    }

    @Test
    void countsTheTimeWithoutASubscriptionFromMinuteToMinute() throws Exception {
        cursors.activate("gone", new Position(1, 0, 0));
        cursors.deactivate("gone");
        List<Duration> idle = new ArrayList<>();
        force = attempt -> {
            idle.add(cursors.status(0, Duration.ofDays(7)).get(0).idle());
            ticker.advance(attempt == 1 ? Duration.ofSeconds(59) : Duration.ofSeconds(31));
        };
        appendEachInATurn(6);
        assertThat(idle)
                .extracting(Duration::toSeconds)
                .as("begun at 0 s, 59, 90, 121, 152, 183")
                .containsExactly(0L, 0L, 90L, 90L, 152L, 152L);
        assertThat(cursors.status(0, Duration.ofDays(7)).get(0).idle()).hasSeconds(214);
    }

    @Test
    void looksForWhatMayBeDeletedAtEachNewSegmentAndAtTheStart(@TempDir Path other) throws Exception {
        folder = other;
        makeLoop(Duration.ofMillis(1), 1);
        appendAndClose(3);
        loop.run();
        assertThat(storedSegments()).as("the newest one is never deleted").isEqualTo(1);
    }

    /** The identifiers in the segments, in order. */
    private List<String> onDisk() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            for (Path file : files.sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    ids.add(line.replaceAll(".*\"eventId\":\"(\\w+)\".*", "$1"));
                }
            }
        }
        return ids;
    }

    private long storedSegments() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            return files.count();
        }
    }

    @Test
    void makesRoomWhileTheDiskIsFull(@TempDir Path other) throws Exception {
        folder = other;
        makeLoop(Duration.ofMillis(1));
        CursorFile cursor = cursors.activate("reads", new Position(1, 0, 0));
        cursor.advance(new Position(2, 1, 1));
        cursorForces = 0;
        List<Integer> synced = new ArrayList<>();
        force = attempt -> {
            synced.add(cursorForces);
            if (attempt == 1) {
                throw new IOException("no space");
            }
        };
        appendAndClose(1);
        loop.run();
        assertThat(synced)
                .as("a cursor is made durable before what it has passed may go")
                .containsExactly(0, 1);
    }

    @Test
    void saysWhichFailureHoldsItAndSinceWhen() throws Exception {
        List<Held> held = new ArrayList<>();
        force = attempt -> {
            Optional.ofNullable(loop.held()).ifPresent(held::add);
            if (attempt == 1) {
                throw new IOException("no space");
            }
            if (attempt == 2) {
                throw new IOException("input/output error");
            }
            if (attempt == 4) {
                throw new IllegalStateException("by intent");
            }
        };
        appendAndClose(2);
        loop.run();
        assertThat(held)
                .as("the newest of a row")
                .containsExactly(
                        new Held(NOON, "no space"),
                        new Held(NOON, "input/output error"),
                        new Held(NOON, "java.lang.IllegalStateException: by intent"));
        assertThat(loop.held()).isNull();
    }

    @Test
    void isHeldWhileTheDiskDoesNotAnswerAndGoesOnWhenItDoes() throws Exception {
        List<Held> held = new ArrayList<>();
        force = attempt -> {
            if (attempt == 2) {
                ticker.advance(Duration.ofMillis(9_999));
                assertThat(loop.held()).as("a disk may be busy").isNull();
                ticker.advance(Duration.ofSeconds(20));
                held.add(loop.held());
            }
        };
        appendAndClose(3);
        loop.run();

        assertThat(held).containsExactly(new Held(NOON, "the disk has not answered for 29 s"));
        assertThat(heldAtForce).containsExactly(false, false, false);
        assertThat(loop.held()).isNull();
    }

    @Test
    void isNotHeldWhileNothingIsToBeWritten() throws Exception {
        Thread thread = new Thread(loop);
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        ticker.advance(Duration.ofHours(1));

        assertThat(loop.held()).isNull();
        queue.close();
        thread.join();
    }

    @Test
    void endsTheJournalWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(loop::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("interrupted");
        assertThat(tail.isClosed()).isTrue();
        assertThat(queue.isClosed()).isTrue();
    }
}
