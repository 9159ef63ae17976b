package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.alarm.AlarmTrial;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.live.AlarmTrials.Past;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.Answer;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Requests;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials on real journals of one or two streams, by default of a rule for more than 8 °C. */
final class AlarmTrialsTest {
    private static final Instant START = Instant.parse("2026-05-29T10:00:00Z");
    private static final Clock NEXT_DAY = Clock.fixed(START.plus(Duration.ofHours(24)), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final ObjectMapper mapper = new ObjectMapper();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final List<AlarmRule> inForce = new ArrayList<>(List.of(AlarmTrial.above("warm", 8, 0)));
    private final List<Past> pasts = new ArrayList<>();
    private int events;

    /** Called when a trial looks for the streams. */
    private Runnable begun = () -> {};

    private final AlarmTrials trials = new AlarmTrials(
            () -> inForce,
            () -> {
                begun.run();
                return pasts;
            },
            NEXT_DAY,
            text -> text.replace("{{limit}}", "20"));

    @AfterEach
    void close() throws Exception {
        for (Past past : pasts) {
            past.journal().close();
        }
    }

    private Journal stream(String name) throws Exception {
        Journal journal = TestJournals.openOfEvents(
                folder.resolve(name),
                TestJournals.smallSegments(1 << 20, 1 << 16),
                new SystemStorage(),
                NEXT_DAY,
                Supervisor.system());
        pasts.add(new Past(
                journal, id -> Optional.of(new Device(id, "temperature", "", Map.of("name", name + " " + id)))));
        return journal;
    }

    /** @param minute when it was measured and received */
    private void append(Journal journal, int minute, String device, double value) throws Exception {
        Instant time = START.plus(Duration.ofMinutes(minute));
        byte[] json = ("{\"eventId\":\"e" + ++events + "\",\"targetName\":\"projects/p1/devices/" + device
                        + "\",\"eventType\":\"temperature\",\"data\":{\"temperature\":{\"value\":" + value
                        + "}},\"timestamp\":\"" + time + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        Event event = decoder.decodeEvent(json, 0, json.length);
        journal.append(event, Source.LIVE, time);
        journal.flush();
    }

    private Answer answer(String request) throws Exception {
        return trials.answer(mapper.readTree(request));
    }

    private JsonNode json(String request) throws Exception {
        return Requests.json(answer(request));
    }

    @Test
    void sayHowOftenTheRulesInForceWouldHaveRaisedAlarmsAndWhereTheyAreInAGraph() throws Exception {
        Journal journal = stream("p/default");
        append(journal, 0, "d1", 9);
        append(journal, 10, "d1", 5);
        append(journal, 20, "d1", 9);
        append(journal, 30, "d2", 9.5);

        JsonNode json = json("{}");

        assertThat(json.path("records").asInt()).isEqualTo(4);
        assertThat(json.path("begin").asText()).isEqualTo("2026-05-29T10:00:00Z");
        assertThat(json.path("end").asText()).isEqualTo("2026-05-29T10:30:00Z");
        JsonNode rule = json.at("/rules/0");
        assertThat(rule.path("rule").asText()).isEqualTo("warm");
        assertThat(rule.path("alarms").asInt()).isEqualTo(3);
        assertThat(rule.path("devices").asInt()).isEqualTo(2);
        assertThat(rule.path("flapping").asInt()).isEqualTo(1);
        assertThat(rule.path("longestSeconds").asInt()).isEqualTo(600);
        assertThat(json.path("marks")).hasSize(3);
        JsonNode over = json.at("/marks/0");
        assertThat(over.path("from").asLong()).isEqualTo(START.toEpochMilli());
        assertThat(over.path("to").asLong()).isEqualTo(START.plusSeconds(600).toEpochMilli());
        assertThat(over.path("name").asText()).isEqualTo("p/default d1");
        assertThat(over.path("quantity").asText()).isEqualTo("temperature");
        assertThat(over.path("severity").asText()).isEqualTo("warning");
        assertThat(json.at("/marks/1/to").isNull()).as("still raised").isTrue();
    }

    @Test
    void judgeEachStreamByItsOwnTime() throws Exception {
        Journal one = stream("one/default");
        Journal other = stream("other/default");
        append(one, 0, "d1", 5);
        append(one, 600, "d1", 9);
        append(one, 610, "d1", 5);
        // In another stream before that, and raised only if it lasts for 30 minutes.
        append(other, 0, "d2", 9);
        append(other, 10, "d2", 5);
        append(other, 20, "d2", 9);
        append(other, 55, "d2", 9);
        append(other, 60, "d2", 5);
        inForce.set(0, AlarmTrial.above("warm", 8, 30));

        JsonNode json = json("{}");

        assertThat(json.path("records").asInt()).isEqualTo(8);
        assertThat(json.path("begin").asText()).isEqualTo("2026-05-29T10:00:00Z");
        assertThat(json.path("end").asText()).isEqualTo("2026-05-29T20:10:00Z");
        assertThat(json.at("/rules/0/alarms").asInt()).isEqualTo(1);
        JsonNode mark = json.at("/marks/0");
        assertThat(mark.path("device").asText()).isEqualTo("d2");
        assertThat(mark.path("name").asText()).isEqualTo("other/default d2");
        assertThat(mark.path("late").asBoolean()).isFalse();
        assertThat(mark.path("to").asLong())
                .isEqualTo(START.plus(Duration.ofMinutes(60)).toEpochMilli());
    }

    @Test
    void addUpWhatOneRuleDoesInSeveralStreamsInTheOrderOfTime() throws Exception {
        Journal one = stream("one/default");
        Journal other = stream("other/default");
        stream("empty/default");
        append(one, 10, "d1", 9);
        append(one, 40, "d1", 5);
        append(other, 0, "d2", 9);
        append(other, 5, "d2", 5);

        JsonNode json = json("{}");

        assertThat(json.at("/rules")).hasSize(1);
        assertThat(json.at("/rules/0/alarms").asInt()).isEqualTo(2);
        assertThat(json.at("/rules/0/devices").asInt()).isEqualTo(2);
        assertThat(json.at("/rules/0/notifications").asInt()).isEqualTo(4);
        assertThat(json.at("/rules/0/longestSeconds").asInt()).isEqualTo(1_800);
        assertThat(json.findValuesAsText("device")).containsExactly("d2", "d1");
    }

    @Test
    void tryRulesThatAreSentWithPlaceholdersAsTheRouterHasThem() throws Exception {
        append(stream("p/default"), 0, "d1", 9);

        JsonNode json = json("{\"rules\":\"alarms: [{alarm: hot, value: temperature, raise: {above: '{{limit}}'}},"
                + " {alarm: cool, value: temperature, raise: {above: 4}}]\"}");

        assertThat(json.at("/rules/0/rule").asText()).isEqualTo("hot");
        assertThat(json.at("/rules/0/alarms").asInt()).isZero();
        assertThat(json.at("/rules/0/longestSeconds").isNull()).isTrue();
        assertThat(json.at("/rules/1/alarms").asInt()).isEqualTo(1);
    }

    @Test
    void sayWhereRulesAreFaulty() throws Exception {
        Answer refused = answer("{\"rules\":\"alarms:\\n  - {alarm: a, value: temprature, raise: {above: 8}}\"}");

        assertThat(refused.status()).isEqualTo(400);
        JsonNode json = Requests.json(refused);
        assertThat(json.path("line").asInt()).isEqualTo(2);
        assertThat(json.path("column").asInt()).isPositive();
        assertThat(json.path("error").asText()).contains("temprature", "temperature");
    }

    @Test
    void reachAsFarBackAsIsAskedForAndAWeekOtherwise() throws Exception {
        Journal journal = stream("p/default");
        append(journal, -4 * 24 * 60, "d1", 9);
        append(journal, -12 * 60, "d1", 5);
        append(journal, 60, "d1", 9);

        assertThat(json("{}").path("records").asInt()).isEqualTo(3);
        assertThat(json("{\"days\":2}").path("records").asInt()).isEqualTo(2);
        assertThat(json("{\"days\":0}").path("records").asInt())
                .as("at least a day")
                .isEqualTo(1);
        assertThat(json("{\"days\":1000000}").path("records").asInt()).isEqualTo(3);
    }

    @Test
    void sayThatThereAreNoRules() {
        inForce.clear();

        assertThatThrownBy(() -> answer("{}"))
                .isInstanceOfSatisfying(
                        HttpProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(400))
                .hasMessage("there are no alarm rules to try");
    }

    @Test
    void ofNothingReceivedSayNothing() throws Exception {
        stream("p/default");

        JsonNode json = json("{}");

        assertThat(json.path("records").asInt()).isZero();
        assertThat(json.at("/rules/0/notificationsPerDay").asDouble()).isZero();
        assertThat(json.path("marks")).isEmpty();
    }

    @Test
    void areMadeOneAtATime() throws Exception {
        stream("p/default");
        begun = () -> {
            begun = () -> {};
            assertThatThrownBy(() -> answer("{}"))
                    .isInstanceOfSatisfying(
                            HttpProblem.class,
                            problem -> assertThat(problem.status()).isEqualTo(503))
                    .hasMessageContaining("another trial is under way");
        };

        assertThat(answer("{}").status()).isEqualTo(200);
        assertThat(answer("{}").status()).isEqualTo(200);
    }

    @Test
    void canBeMadeAgainAfterOneThatFailed() throws Exception {
        stream("p/default");
        begun = () -> {
            begun = () -> {};
            throw new IllegalStateException("by intent");
        };
        assertThatThrownBy(() -> answer("{}")).hasMessage("by intent");

        assertThat(answer("{}").status()).isEqualTo(200);
    }
}
