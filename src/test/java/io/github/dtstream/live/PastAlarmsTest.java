package io.github.dtstream.live;

import static io.github.dtstream.alarm.AlarmFixture.minute;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.alarm.AlarmFixture;
import io.github.dtstream.alarm.AlarmTrial;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The marks of alarms next to their devices' values: the history of a trial, and an alarm that is on since minute 50. */
class PastAlarmsTest {
    @TempDir
    private Path folder;

    private AlarmTrial trial;

    @BeforeEach
    void start() throws Exception {
        trial = AlarmTrial.withHistory(folder);
        trial.timeIs(minute(50));
        trial.append(50, "d1", 9.5);
        trial.work();
        trial.flush();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private JsonNode marks(String device, int from, int to) throws Exception {
        SeriesRequest request = new SeriesRequest(
                List.of(new SeriesKey(device, Quantity.TEMPERATURE)),
                minute(from).toEpochMilli(),
                minute(to).toEpochMilli(),
                1000);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            new PastAlarms(() -> List.of(trial.running())).write(json, request);
            json.writeEndObject();
        }
        return new ObjectMapper().readTree(text.toString()).path("alarms");
    }

    @Test
    void areThoseOfTheDeviceThatIsAskedForTheOneThatIsOnWithoutAnEnd() throws Exception {
        JsonNode marks = marks("d1", 0, 60);

        assertThat(marks).hasSize(2);
        JsonNode on = marks.get(0);
        assertThat(on.path("from").asLong()).isEqualTo(minute(50).toEpochMilli());
        assertThat(on.path("to").isNumber()).isFalse();
        assertThat(on.path("rule").asText()).isEqualTo("warm");
        assertThat(on.path("severity").asText()).isEqualTo("warning");
        JsonNode over = marks.get(1);
        assertThat(over.path("from").asLong()).isEqualTo(minute(10).toEpochMilli());
        assertThat(over.path("to").asLong()).isEqualTo(minute(20).toEpochMilli());
        assertThat(over.path("device").asText()).isEqualTo("d1");
    }

    @Test
    void oneThatReachesIntoTheSpanCountsAndOneThatIsOverBeforeOrBeginsBehindDoesNot() throws Exception {
        JsonNode within = marks("d1", 15, 18);
        assertThat(within).hasSize(1);
        assertThat(within.get(0).path("from").asLong())
                .isBetween(minute(10).toEpochMilli(), minute(15).toEpochMilli());
        assertThat(within.get(0).path("to").asLong()).isEqualTo(minute(20).toEpochMilli());
        assertThat(marks("d1", 0, 10)).isEmpty();
        assertThat(marks("d1", 21, 50)).isEmpty();
        assertThat(marks("d1", 55, 60)).hasSize(1);
        assertThat(marks("d3", 0, 60)).isEmpty();
    }

    @Test
    void oneThatWasRaisedBeforeTheSpanAndWhoseRuleWasTakenAwayWithinItCounts() throws Exception {
        trial.timeIs(minute(70));
        trial.append(65, "d2", 5);
        trial.work();
        trial.edit(AlarmFixture.above("hot", 80, 0));
        trial.append(70, "d1", 9.5);
        trial.work();
        trial.flush();

        JsonNode marks = marks("d1", 55, 80);

        assertThat(marks).hasSize(1);
        assertThat(marks.get(0).path("from").asLong()).isEqualTo(minute(50).toEpochMilli());
        assertThat(marks.get(0).path("to").asLong())
                .isBetween(minute(50).toEpochMilli() + 1, minute(70).toEpochMilli());
        assertThat(marks("d1", 71, 80)).isEmpty();
    }
}
