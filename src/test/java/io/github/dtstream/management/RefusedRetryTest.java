package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.delivery.SendAgain.Outcome;
import io.github.dtstream.delivery.SendAgain.Result;
import io.github.dtstream.management.RefusedRetry.Recipient;
import io.github.dtstream.reject.Refusals;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.reject.RejectQuery;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reject file, and a sink that answers as a test says: what it does not say is delivered. */
final class RefusedRetryTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(NOON);
    private final List<String> sent = new ArrayList<>();
    /** By event, the sink's next answers. */
    private final Map<String, List<Result>> answers = new HashMap<>();
    /** By subscriber. */
    private final Map<String, List<Recipient>> running = new HashMap<>();

    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private final Job job = new Job("1", "retry", NOON);
    private RejectFile file;

    @BeforeEach
    void open() {
        file = new RejectFile(folder.resolve("rejected"), 1 << 20, clock);
        runs("a", "p1");
    }

    @AfterEach
    void close() {
        file.close();
    }

    private void runs(String subscriber, String... projects) {
        running.put(
                subscriber,
                List.of(projects).stream()
                        .map(project -> new Recipient(project, rejected -> send(subscriber, project, rejected)))
                        .toList());
    }

    private Result send(String subscriber, String project, Rejected rejected) {
        String event = rejected.detail("eventId");
        sent.add(event + " to " + subscriber + " of " + project);
        List<Result> next = answers.getOrDefault(event, List.of());
        if (next.isEmpty()) {
            return new Result(Outcome.DELIVERED, "");
        }
        answers.put(event, next.subList(1, next.size()));
        return next.get(0);
    }

    private void refused(String subscriber, String stream, String event) throws IOException {
        Refusals.add(
                file,
                subscriber,
                "too large",
                Map.of("eventId", event, "stream", stream),
                event.getBytes(StandardCharsets.UTF_8));
        clock.advance(Duration.ofSeconds(1));
    }

    private void refused(String event) throws IOException {
        refused("a", "p1/default", event);
    }

    private String retry(RejectQuery query) throws Exception {
        RefusedRetry retry = new RefusedRetry(
                subscriber -> running.getOrDefault(subscriber, List.of()),
                pause -> {
                    pauses.add(pause);
                    reports.add(job.snapshot().percent() + " " + job.snapshot().message());
                },
                job);
        return retry.run(List.of(file), query);
    }

    private String retry() throws Exception {
        return retry(RejectQuery.OPEN.before(clock.instant()));
    }

    /** By event, the outcomes in the reject file. */
    private List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>();
        file.scan(new RejectQuery("", Instant.MIN, Instant.MAX, "", Set.of(), true), rejected -> {
            entries.add((rejected.detail("eventId") + " " + rejected.settled()).trim());
            return true;
        });
        return entries;
    }

    @Test
    void sendsTheOldestFirstAndNothingTwice() throws Exception {
        refused("e1");
        refused("e2");
        refused("e3");

        assertThat(retry()).isEqualTo("3 of 3 events delivered");
        assertThat(sent).containsExactly("e1 to a of p1", "e2 to a of p1", "e3 to a of p1");
        assertThat(entries()).containsExactly("e1 delivered", "e2 delivered", "e3 delivered");
        assertThat(retry()).isEqualTo("there is nothing to be sent again");
        assertThat(sent).hasSize(3);
    }

    @Test
    void oneEventIsInTheSingular() throws Exception {
        refused("e1");

        assertThat(retry()).isEqualTo("1 of 1 event delivered");
    }

    @Test
    void sendsWhatTheQuerySelects() throws Exception {
        refused("e1");
        refused("b", "p1/default", "e2");
        runs("b", "p1");
        RejectQuery ofB = new RejectQuery("b", Instant.MIN, Instant.MAX, "", Set.of(), false);

        assertThat(retry(ofB)).isEqualTo("1 of 1 event delivered");

        assertThat(entries()).containsExactly("e1", "e2 delivered");
    }

    @Test
    void whatIsNoEventCannotBeSentAndIsNotCounted() throws Exception {
        file.reject("journal", "torn", Map.of(), new byte[] {1});
        clock.advance(Duration.ofSeconds(1));
        refused("e1");

        assertThat(retry()).isEqualTo("1 of 1 event delivered");
    }

    @Test
    void whatIsRefusedAgainIsSettledAndTheOthersAreSent() throws Exception {
        answers.put("e1", List.of(new Result(Outcome.REFUSED, "still too large")));
        refused("e1");
        refused("e2");

        assertThatThrownBy(this::retry)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 of 2 events delivered, 1 refused again; the last reason: still too large");

        assertThat(entries()).containsExactly("e1 refused-again", "e2 delivered");
        assertThat(pauses).isEmpty();
    }

    @Test
    void whatIsRefusedAgainAndCannotBeKeptStaysOpen() throws Exception {
        answers.put("e1", List.of(new Result(Outcome.NOT_KEPT, "still too large")));
        refused("e1");
        refused("e2");

        assertThatThrownBy(this::retry)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 of 2 events delivered, 1 refused again; the reject file took no new entry, so the"
                        + " old one stays: still too large");

        assertThat(entries()).containsExactly("e1", "e2 delivered");
    }

    @Test
    void waitsForASinkThatIsAwayLongerAndLongerAndSaysWhy() throws Exception {
        answers.put(
                "e2",
                List.of(new Result(Outcome.AWAY, "no route to host"), new Result(Outcome.AWAY, "no route to host")));
        refused("e1");
        refused("e2");
        refused("e3");

        assertThat(retry()).isEqualTo("3 of 3 events delivered");

        assertThat(sent)
                .containsExactly("e1 to a of p1", "e2 to a of p1", "e2 to a of p1", "e2 to a of p1", "e3 to a of p1");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(reports)
                .containsOnly("33 1 of 3 events delivered; trying again: no route to host")
                .hasSize(2);
    }

    @Test
    void aPauseIsAMinuteAtMost() throws Exception {
        answers.put("e1", Collections.nCopies(12, new Result(Outcome.AWAY, "connection refused")));
        refused("e1");

        retry();

        assertThat(pauses).hasSize(12).last().isEqualTo(Duration.ofMinutes(1));
        assertThat(pauses).isSorted();
    }

    @Test
    void aRouteThatIsExchangedWhileItsSinkIsAwayGetsTheEventFromThenOn() throws Exception {
        refused("e1");
        running.put("a", List.of(new Recipient("p1", rejected -> {
            runs("a", "p1");
            return new Result(Outcome.AWAY, "the route stops");
        })));

        assertThat(retry()).isEqualTo("1 of 1 event delivered");
        assertThat(sent).containsExactly("e1 to a of p1");
    }

    @Test
    void anEventOfASubscriberThatDoesNotRunStaysAndTheOthersAreSent() throws Exception {
        refused("gone", "p1/default", "e1");
        refused("e2");

        assertThatThrownBy(this::retry)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 of 2 events delivered, 1 not sent; not sent: ")
                .hasMessageEndingWith("no route with the subscriber gone is running");

        assertThat(entries()).containsExactly("e1", "e2 delivered");
    }

    @Test
    void anEventOfWhichTheFileHasOnlyAPartStays() throws Exception {
        refused("e1");
        running.put("a", List.of(new Recipient("p1", rejected -> {
            throw new IllegalArgumentException("the reject file does not hold all of it");
        })));

        assertThatThrownBy(this::retry)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("the reject file does not hold all of it");

        assertThat(entries()).containsExactly("e1");
    }

    @Test
    void ofARouteThatReadsSeveralProjectsTheEventsOwnProjectGetsIt() throws Exception {
        runs("a", "p1", "p2");
        refused("a", "p2/default", "e1");
        refused("a", "dt-other:p1/default", "e2");
        refused("a", "p3/default", "e3");

        assertThatThrownBy(this::retry)
                .hasMessageEndingWith("no route with the subscriber a that reads the project p3 is running");

        assertThat(sent).containsExactly("e1 to a of p2", "e2 to a of p1");
        assertThat(entries()).containsExactly("e1 delivered", "e2 delivered", "e3");
    }

    @Test
    void aDiskThatDoesNotTakeTheOutcomeEndsIt() throws Exception {
        refused("e1");
        refused("e2");
        running.put("a", List.of(new Recipient("p1", rejected -> {
            diskFails();
            return send("a", "p1", rejected);
        })));

        assertThatThrownBy(this::retry).isInstanceOf(IOException.class);

        assertThat(sent).as("an outcome that is not kept would be sent again").containsExactly("e1 to a of p1");
    }

    /** The day's file cannot be opened again. */
    private void diskFails() {
        file.close();
        try {
            Files.move(folder.resolve("rejected"), folder.resolve("aside"));
            Files.createFile(folder.resolve("rejected"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStopEndsItInTheMiddle() throws Exception {
        refused("e1");
        refused("e2");
        running.put("a", List.of(new Recipient("p1", rejected -> {
            throw new InterruptedException("the router stops");
        })));

        assertThatThrownBy(this::retry).isInstanceOf(InterruptedException.class);

        assertThat(entries()).containsExactly("e1", "e2");
    }
}
