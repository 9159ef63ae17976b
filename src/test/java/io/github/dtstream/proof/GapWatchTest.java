package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.time.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapWatchTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path segments;

    private final MovableClock clock = new MovableClock(START);
    private SimulatedCloud cloud;
    private GapWatch watch;
    private SimulatedEvent early;
    private SimulatedEvent late;

    @BeforeEach
    void produceTwoEventsAMinuteApart() throws Exception {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), clock, new SplittableRandom(1));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        early = cloud.publish(device, "touch", "{}");
        clock.advance(Duration.ofMinutes(1));
        late = cloud.publish(device, "touch", "{}");
        watch = new GapWatch(cloud, new JournalFiles(segments));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static JsonNode gap(String state, Instant from, Instant to) throws Exception {
        String end = to == null ? "" : ",\"to\":\"" + to + "\"";
        return new ObjectMapper()
                .readTree("{\"p/default\":[{\"id\":1,\"state\":\"" + state + "\",\"from\":\"" + from + "\"" + end
                        + "}]}");
    }

    private void journal(SimulatedEvent... events) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (SimulatedEvent event : events) {
            lines.append("{\"sequence\":1,\"event\":").append(event).append("}\n");
        }
        Files.writeString(segments.resolve("1.ndjson"), lines + "{\"sequence\":2,\"event\":{\"eventId\":\"torn");
    }

    @Test
    void seesAGapThatIsClosedWhileSomethingOfItIsMissing() throws Exception {
        journal(early);
        JsonNode closed = gap("closed", START.minusSeconds(1), START.plusSeconds(61));

        watch.look(closed);
        watch.look(closed);

        assertThat(watch.falselyClosed()).singleElement().asString().contains("1 events", late.eventId());
    }

    @Test
    void isContentWithAGapThatIsClosedWithAllOfIt() throws Exception {
        journal(early);
        watch.look(gap("closed", START.minusSeconds(1), START.plusSeconds(59)));
        watch.look(gap("filling", START.minusSeconds(1), START.plusSeconds(61)));

        assertThat(watch.falselyClosed()).isEmpty();
    }

    @Test
    void tellsWhatNoOpenGapCovers() throws Exception {
        List<SimulatedEvent> both = List.of(early, late);

        assertThat(watch.outsideOfOpenGaps(both, gap("filling", START.minusSeconds(1), START.plusSeconds(30))))
                .containsExactly(late);
        assertThat(watch.outsideOfOpenGaps(both, gap("open", START.plusSeconds(30), null)))
                .containsExactly(early);
        assertThat(watch.outsideOfOpenGaps(both, gap("closed", START.minusSeconds(1), START.plusSeconds(90))))
                .isEqualTo(both);
    }
}
