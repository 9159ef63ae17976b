package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.expectedIds;
import static io.github.dtstream.journal.local.TestJournals.ids;
import static io.github.dtstream.journal.local.TestJournals.open;
import static io.github.dtstream.journal.local.TestJournals.smallSegments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.Sleeper;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commit thread and errors that are not the disk's: no memory, a stack overflow, a defect in the code. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class JournalErrorTest {
    private static final int EVENTS = 30;

    @TempDir
    Path folder;

    private final CountDownLatch processEnds = new CountDownLatch(1);
    private final Supervisor supervisor = new Supervisor(CLOCK, Sleeper.SYSTEM);

    static Stream<Supplier<Error>> errors() {
        return Stream.of(() -> new OutOfMemoryError("by intent"), StackOverflowError::new);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void losesAndRepeatsNothingWhicheverOperationEndsInAnError(Supplier<Error> error) throws Exception {
        supervisor.onProcessEnd(processEnds::countDown);
        long operations = Long.MAX_VALUE;
        for (long n = 1; n <= operations; n++) {
            FaultyStorage storage = new FaultyStorage();
            Path directory = folder.resolve("j" + n);
            try (Journal journal = open(directory, smallSegments(1000, 2000), storage, CLOCK, supervisor)) {
                storage.failOperations(n, n, error);
                for (int number = 1; number <= EVENTS; number++) {
                    journal.append(Events.event(number), Source.LIVE, NOON);
                    if (number % 3 == 0) {
                        journal.flush();
                    }
                }
                operations = storage.operations();
                storage.failOperations(0, 0);
                assertThat(ids(journal)).as("operation %d of %d", n, operations).isEqualTo(expectedIds(1, EVENTS));
                await().until(() -> journal.status().heldSince() == null);
            }
            try (Journal journal = open(directory, smallSegments(1000, 2000))) {
                assertThat(ids(journal)).as("operation %d of %d", n, operations).isEqualTo(expectedIds(1, EVENTS));
                assertThat(journal.status().corrupt()).isZero();
            }
        }
        assertThat(processEnds.getCount()).as("the process goes on").isOne();
    }

    @Test
    void isHeldAndSaysSoWhileEachAttemptEndsInAnError() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        try (Journal journal = open(folder.resolve("j"), smallSegments(1000, 2000), storage, CLOCK, supervisor)) {
            storage.failOperations(1, 5, () -> new OutOfMemoryError("by intent"));
            append(journal, 1, 1);
            journal.flush();

            assertThat(ids(journal)).isEqualTo(expectedIds(1, 1));
            await().until(() -> journal.status().heldSince() == null);
        }
    }

    @Test
    void endsTheProcessWhereItDoesNotGetBetterAndTheNextOneHasWhatWasWritten() throws Exception {
        supervisor.onProcessEnd(processEnds::countDown);
        FaultyStorage storage = new FaultyStorage();
        Path directory = folder.resolve("j");
        Journal journal = open(directory, smallSegments(1000, 2000), storage, CLOCK, supervisor);
        append(journal, 1, 10);
        journal.flush();
        storage.failOperations(1, Long.MAX_VALUE, () -> new OutOfMemoryError("by intent"));
        // In one call, as the process may end between two.
        journal.append(List.of(Events.event(11), Events.event(12)), Source.LIVE, NOON);

        assertThat(processEnds.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

        await().until(() -> supervisor.reports().get(0).lastFailure() != null);
        ThreadReport dead = supervisor.reports().get(0);
        assertThat(dead.state()).isEqualTo(ThreadReport.State.DEAD);
        assertThat(dead.lastFailure()).contains("by intent");
        await().untilAsserted(() ->
                assertThatThrownBy(() -> append(journal, 13, 13)).isInstanceOf(IllegalStateException.class));
        assertThat(journal.status().heldReason()).contains("by intent");
        journal.close();
        try (Journal next = open(directory, smallSegments(1000, 2000))) {
            assertThat(ids(next)).startsWith(expectedIds(1, 10).toArray(String[]::new));
            append(next, 11, 12);
            next.flush();
            assertThat(ids(next)).isEqualTo(expectedIds(1, 12));
        }
    }

    @Test
    @SuppressWarnings("NullAway") // this is the tested failure
    void anAppendThatFailsHalfWayLeavesTheQueueAsItWas() throws Exception {
        try (Journal journal = open(folder.resolve("j"), smallSegments(1000, 2000))) {
            for (int number = 1; number <= 6; number++) {
                Event event = Events.event(number);
                assertThatThrownBy(() -> journal.append(event, null, NOON)).isInstanceOf(NullPointerException.class);
                append(journal, number, number);
                journal.flush();
            }

            assertThat(ids(journal)).isEqualTo(expectedIds(1, 6));
            assertThat(journal.status().heldSince()).isNull();
            assertThat(journal.status().duplicates()).isZero();
        }
    }
}
