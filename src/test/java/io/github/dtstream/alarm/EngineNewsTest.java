package io.github.dtstream.alarm;

import static io.github.dtstream.alarm.AlarmFixture.minute;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.DeviceLeft;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.alarm.change.AlarmInput.StreamSilent;
import io.github.dtstream.alarm.change.AlarmInput.TimePassed;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine is told that has processed two events, of the minutes 1 and 2; it is minute 2. */
final class EngineNewsTest {
    @TempDir
    private Path folder;

    private final AlarmEngine engine = new AlarmEngine(
            List.of(AlarmFixture.above("warm", 8, 0), AlarmFixture.blind("blind", 10)), AlarmFixture::freezer);
    private AlarmFixture fixture;
    private EngineNews news;

    @BeforeEach
    void open() throws Exception {
        fixture = new AlarmFixture(folder, new SystemStorage(), new SystemStorage());
        fixture.append(1, "d1", 5);
        fixture.append(2, "d1", 5);
        fixture.timeIs(minute(2));
        process();
        news = new EngineNews(fixture.setup());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void process() throws Exception {
        fixture.events().scan(Instant.EPOCH, record -> {
            if (record.sequence() > engine.sequence()) {
                engine.on(record, change -> {});
            }
            return true;
        });
    }

    private List<AlarmInput> due() {
        return news.due(engine, engine.sequence(), engine.alarms());
    }

    /** The inputs that are due, of which the engine is then told. */
    private List<AlarmInput> tell() {
        List<AlarmInput> due = due();
        due.forEach(input -> {
            engine.on(input, change -> {});
            news.told(input);
        });
        return due;
    }

    private void gapOpens() {
        fixture.gaps.add(Gap.open(7, minute(2), "connection reset"));
        news.gapsChanged();
    }

    @Test
    void aGapIsToldOnceAlsoIfItWasThereBefore() {
        fixture.gaps.add(Gap.open(7, minute(2), "connection reset"));

        assertThat(tell()).containsExactly(new GapChanged("i1", 7, minute(2), false));
        news.gapsChanged();
        assertThat(due()).isEmpty();
        assertThat(news.openGaps()).containsExactly(7L);
    }

    @Test
    void theLedgerIsLookedThroughWhenItHasChanged() {
        assertThat(due()).isEmpty();
        fixture.gaps.add(Gap.open(7, minute(2), "connection reset"));
        assertThat(due()).isEmpty();

        news.gapsChanged();

        assertThat(due()).hasSize(1);
    }

    @Test
    void aGapIsFilledWhenTheEngineHasTheEventsThatFilledIt() throws Exception {
        gapOpens();
        tell();
        fixture.gaps.clear();
        fixture.append(3, "d1", 5);
        news.gapsChanged();

        assertThat(due()).as("event 3 is not processed").isEmpty();
        process();
        assertThat(tell()).singleElement().isInstanceOfSatisfying(GapChanged.class, gap -> {
            assertThat(gap.gap()).isEqualTo(7);
            assertThat(gap.isFilled()).isTrue();
        });
        assertThat(news.openGaps()).isEmpty();
    }

    @Test
    void afterARestartItGoesOnWithTheGapsThatTheEngineKnows() {
        tell();
        news.restart(Set.of(3L));

        assertThat(news.openGaps()).containsExactly(3L);
        assertThat(tell()).singleElement().isInstanceOfSatisfying(GapChanged.class, gap -> {
            assertThat(gap.gap()).isEqualTo(3);
            assertThat(gap.isFilled()).isTrue();
        });
    }

    @Test
    void aDeviceThatHasLeftIsToldOnceWithTheTime() {
        news.devicesListed(Set.of("d2"), Set.of("d1"));

        assertThat(due()).containsExactly(new DeviceLeft("i1", "d1", minute(2)));
        assertThat(due()).isEmpty();
    }

    @Test
    void aListedDeviceThatNoRuleAboutSilenceIsAboutIsNoNews() {
        news.devicesListed(Set.of("d1", "d2"), Set.of());

        assertThat(due()).isEmpty();
    }

    @Test
    void whileAStreamIsReceivedItsPingsAreTheClock() {
        fixture.timeIs(minute(500));

        assertThat(due()).isEmpty();
        assertThat(news.time(engine.sequence())).isEmpty();
    }

    @Test
    void anInterruptionIsToldWhenTheClockWouldRaiseAnAlarm() {
        gapOpens();
        tell();
        fixture.timeIs(minute(12).minusMillis(1));
        assertThat(due()).isEmpty();

        fixture.timeIs(minute(12));

        assertThat(tell()).containsExactly(new StreamSilent("i2", minute(2), minute(12), "connection reset"));
        assertThat(engine.alarms())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.key().rule()).isEqualTo("blind"));
    }

    @Test
    void theTimeIsToldOnceASecondAtMost() {
        gapOpens();
        tell();
        fixture.timeIs(minute(12));
        assertThat(due()).hasSize(1);
        assertThat(due())
                .as("the engine did not react, and is not asked in a loop")
                .isEmpty();

        fixture.time.advance(Duration.ofSeconds(1));

        assertThat(due()).hasSize(1);
    }

    @Test
    void eventsThatAreNotProcessedShowTheTimeThemselves() throws Exception {
        gapOpens();
        tell();
        fixture.timeIs(minute(12));
        fixture.append(3, "d1", 5);

        assertThat(due()).isEmpty();
        assertThat(news.time(engine.sequence())).isEmpty();
        process();
        assertThat(news.time(engine.sequence()))
                .contains(new StreamSilent("i2", minute(2), minute(12), "connection reset"));
    }

    @Test
    void anInterruptionThatIsOverIsNotToldAlthoughItsEventsAreMissing() {
        fixture.gaps.add(Gap.open(7, minute(2), "connection reset").resumed(minute(3)));
        news.gapsChanged();
        tell();
        fixture.timeIs(minute(500));

        assertThat(due()).isEmpty();
    }

    @Test
    void withoutAStreamTheRoutersClockIsToldWhenSomethingIsDue() throws Exception {
        fixture.isStreaming = false;
        fixture.timeIs(minute(500));
        assertThat(due()).as("nothing waits for a time").isEmpty();

        fixture.append(0, "d1", 9);
        process();
        assertThat(tell())
                .as("the late value is judged five minutes after it came")
                .containsExactly(new TimePassed("i1", minute(500)));
        fixture.time.advance(Duration.ofSeconds(1));
        assertThat(due()).isEmpty();
    }

    @Test
    void withoutAStreamAPersonsActionGetsTheTimeWhetherOrNotSomethingIsDue() {
        fixture.isStreaming = false;
        fixture.timeIs(minute(3));

        assertThat(news.time(engine.sequence())).contains(new TimePassed("i1", minute(3)));
    }
}
