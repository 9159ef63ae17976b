package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.alarm.AlarmTrial;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Requests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a service on real journals, which the test steps. */
@Timeout(180)
class AlarmRequestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final FaultyStorage disk = new FaultyStorage();
    private AlarmTrial trial;
    private AlarmRequests requests;

    @BeforeEach
    void open() throws Exception {
        trial = new AlarmTrial(
                folder, new FaultyStorage(), disk, AlarmTrial.above("warm", 8, 0), AlarmTrial.above("hot", 20, 0));
        trial.timeIs(AlarmTrial.START.plus(Duration.ofHours(1)));
        requests = requests(10_000);
        // warm is raised for d1 and d2, hot for d2; then d1 is normal again.
        trial.append(1, "d1", 9);
        trial.append(2, "d2", 21);
        trial.append(3, "d1", 5);
        trial.work();
        trial.flush();
    }

    private AlarmRequests requests(int longestHistory) {
        RouterStatus status = new RouterStatus(
                context, List::of, Supervisor.system(), trial.clock().cloudClock());
        return new AlarmRequests(status, () -> List.of(trial.running()), longestHistory);
    }

    @AfterEach
    void close() throws Exception {
        disk.mend();
        trial.close();
        context.close();
    }

    /** Changes of alarms: rule, device and what happened. */
    private static List<String> history(AlarmRequests asked, @Nullable String query) throws Exception {
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : Requests.json(asked.history(Requests.get("/alarms/history", query)))) {
            if (entry.path("kind").asText().equals("transition")) {
                entries.add(entry.path("rule").asText() + " "
                        + entry.path("deviceId").asText() + " "
                        + entry.path("change").asText());
            }
        }
        return entries;
    }

    /** Runs the service while a command waits for it. */
    private JsonNode command(String action, String rule, String... more) throws Exception {
        var request = JSON.createObjectNode().put("action", action).put("rule", rule);
        for (int i = 0; i < more.length; i += 2) {
            request.put(more[i], more[i + 1]);
        }
        CompletableFuture<JsonNode> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(Requests.json(requests.command(request)));
            } catch (HttpProblem | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        while (!done.isDone()) {
            trial.work();
        }
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw (Exception) Objects.requireNonNull(e.getCause());
        }
    }

    private List<String> states() {
        List<String> states = new ArrayList<>();
        requests.json()
                .path("alarms")
                .forEach(alarm -> states.add(alarm.path("rule").asText() + " "
                        + alarm.path("deviceId").asText() + " "
                        + alarm.path("state").asText()));
        return states;
    }

    @Test
    void listsAlarmsThatAreNotNormalWithWhatTheirRuleLooksAt() {
        assertThat(states()).containsExactlyInAnyOrder("warm d2 unacknowledged", "hot d2 unacknowledged");
        JsonNode json = requests.json();
        assertThat(json.path("now").asText())
                .isEqualTo(AlarmTrial.START.plus(Duration.ofHours(1)).toString());
        assertThat(json.path("streams").path(0).path("stream").asText()).isEqualTo("p1/default");
        assertThat(json.path("streams").path(0).path("rules").asInt()).isEqualTo(2);
        assertThat(json.path("alarms")).allSatisfy(alarm -> {
            assertThat(alarm.path("quantity").asText()).isEqualTo("temperature");
            assertThat(alarm.path("deviceName").asText()).startsWith("Freezer d");
        });
    }

    @Test
    void saysThatNoAlarmCanBeWrittenWhileTheDiskTakesNone() throws Exception {
        assertThat(requests.json().path("streams").path(0).has("problem")).isFalse();
        disk.failOperations(1, Long.MAX_VALUE);
        trial.append(4, "d1", 9);
        trial.work();

        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> requests.json()
                                .path("streams")
                                .path(0)
                                .path("problem")
                                .asText(),
                        problem -> problem.startsWith("no alarm can be written since "));
    }

    @Test
    void showsWhatHappenedNewestLast() throws Exception {
        assertThat(history(requests, null))
                .containsExactly("warm d1 raised", "warm d2 raised", "hot d2 raised", "warm d1 cleared");
        JsonNode first = Requests.json(requests.history(Requests.get("/alarms/history", null)))
                .get(0);
        assertThat(first.path("stream").asText()).isEqualTo("p1/default");
        assertThat(first.path("eventId").asText()).isNotEmpty();
        assertThat(first.path("timestamp").asText())
                .isEqualTo(AlarmTrial.START.plusSeconds(60).toString());
        assertThat(first.path("quantity").asText()).isEqualTo("temperature");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rule=hot | hot d2 raised",
                "device=d1 | warm d1 raised,warm d1 cleared",
                "device=Freezer+d1 | warm d1 raised,warm d1 cleared",
                "rule=hot&device=d1 | ''",
                "rule=nothing | ''",
                "from=2026-05-29T10:02:00Z | warm d2 raised,hot d2 raised,warm d1 cleared",
                "to=2026-05-29T10:02:00Z | warm d1 raised",
                "from=2026-05-29T10:02:00Z&to=2026-05-29T10:03:00Z | warm d2 raised,hot d2 raised"
            })
    void showsOfThatWhatIsAskedFor(String query, String expected) throws Exception {
        assertThat(String.join(",", history(requests, query))).isEqualTo(expected);
    }

    @Test
    void showsTheNewestOfTooMany() throws Exception {
        assertThat(history(requests(2), "rule=warm&device=d1"))
                .doesNotContain("warm d1 raised")
                .contains("warm d1 cleared");
        assertThat(Requests.json(requests(2).history(Requests.get("/alarms/history", null))))
                .hasSize(2);
    }

    @Test
    void saysOfATimeThatItIsNone() {
        assertThatThrownBy(() -> history(requests, "from=yesterday"))
                .isInstanceOf(HttpProblem.class)
                .hasMessage("'yesterday' is not a time such as 2026-01-31T08:00:00Z");
    }

    @Test
    void acknowledgesAllAlarmsOfARuleOrThoseThatAreNamed() throws Exception {
        assertThat(command("acknowledge", "warm", "person", "ann", "device", "Freezer d2")
                        .path("done"))
                .extracting(
                        done -> done.path("deviceId").asText(),
                        done -> done.path("deviceName").asText())
                .containsExactly(tuple("d2", "Freezer d2"));
        assertThat(states()).contains("warm d2 acknowledged", "hot d2 unacknowledged");
        assertThat(command("acknowledge", "hot", "person", "ann", "comment", "seen", "stream", "p1/default")
                        .path("done"))
                .hasSize(1);
        assertThat(states()).contains("hot d2 acknowledged");
        assertThat(requests.json().path("alarms"))
                .filteredOn(alarm -> alarm.path("rule").asText().equals("hot"))
                .singleElement()
                .satisfies(alarm -> {
                    assertThat(alarm.path("person").path("name").asText()).isEqualTo("ann");
                    assertThat(alarm.path("person").path("comment").asText()).isEqualTo("seen");
                });
        trial.flush();
        assertThat(history(requests, "rule=hot")).containsExactly("hot d2 raised", "hot d2 acknowledged");
    }

    @Test
    void shelvesUntilATimeAndTakesOffTheShelfAndComments() throws Exception {
        String until = AlarmTrial.START.plus(Duration.ofHours(2)).toString();
        command("shelve", "hot", "person", "ann", "until", until);
        assertThat(requests.json().path("alarms"))
                .filteredOn(alarm -> alarm.path("rule").asText().equals("hot"))
                .singleElement()
                .satisfies(
                        alarm -> assertThat(alarm.path("shelvedUntil").asText()).isEqualTo(until));
        command("comment", "hot", "person", "ben", "comment", "the door is open");
        command("unshelve", "hot", "person", "ann", "subject", "value");
        trial.flush();
        assertThat(history(requests, "rule=hot"))
                .containsExactly("hot d2 raised", "hot d2 shelved", "hot d2 commented", "hot d2 unshelved");
    }

    @Test
    void refusesACommandThatSaysTooLittleOrIsOfNoAlarm() {
        assertProblem(400, "action is 'ack'", "ack", "hot", "person", "ann");
        assertProblem(400, "acknowledge, shelve, unshelve, comment", "ack", "hot", "person", "ann");
        assertProblem(400, "person", "acknowledge", "hot");
        assertProblem(400, "until", "shelve", "hot", "person", "ann");
        assertProblem(400, "until is ", "shelve", "hot", "person", "ann", "until", "2026-05-29T10:59:59Z");
        assertProblem(404, "'hott'", "acknowledge", "hott", "person", "ann");
        assertProblem(404, "did you mean 'hot'", "acknowledge", "hott", "person", "ann");
        assertProblem(404, "Freezer d2", "acknowledge", "hot", "person", "ann", "device", "d1");
        assertProblem(404, "Freezer d2", "acknowledge", "hot", "person", "ann", "stream", "p2/default");
        assertProblem(404, "Freezer d2", "acknowledge", "hot", "person", "ann", "subject", "no-data");
        assertThat(states()).contains("hot d2 unacknowledged");
    }

    private void assertProblem(int status, String said, String action, String rule, String... more) {
        assertThatThrownBy(() -> command(action, rule, more))
                .isInstanceOfSatisfying(
                        HttpProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(status))
                .hasMessageContaining(said);
    }
}
