package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.management.StreamFixture;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The series of real streams of one project: that of {@code dt-stream}, and one of another component. */
final class RunningSeriesTest {
    @TempDir
    private Path folder;

    private final Supervisor supervisor = Supervisor.system();
    private StreamFixture fixture;
    private RunningSeries series;

    @BeforeEach
    void open() throws Exception {
        fixture = new StreamFixture(folder.resolve("data"));
        series = new RunningSeries(folder.resolve("series"), new MemoryBudget(1 << 24), supervisor, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        series.close();
        fixture.close();
    }

    private EventStream stream(String name) {
        return fixture.status().streams().stream()
                .filter(stream -> stream.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String name() {
        return fixture.cloud().projectId() + "/default";
    }

    private SeriesKey temperature() {
        return new SeriesKey(fixture.device(), Quantity.TEMPERATURE);
    }

    private void awaitValues() {
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> series.of(temperature()).isPresent());
    }

    private List<String> threads() {
        return supervisor.reports().stream().map(ThreadReport::name).toList();
    }

    /** All values after a version, without their times. */
    private List<String> changes(long after) {
        List<String> values = new ArrayList<>();
        series.changes(after, new SeriesViewer() {
            @Override
            public void device(String id, long seen, OptionalInt rhythm, @Nullable String connector) {}

            @Override
            public void value(SeriesKey key, long time, double value) {
                values.add(key + "=" + value);
            }
        });
        return values;
    }

    @Test
    void areKeptFromTheMomentAStreamIsAddedAndOnceHoweverOftenItIs() throws Exception {
        fixture.routes(exchange -> {}, "one");
        assertThat(series.of(temperature())).isEmpty();

        series.add(stream(name()));
        // a thread is reported once it runs
        List<String> working = await().atMost(StreamFixture.PATIENCE).until(this::threads, all -> !all.isEmpty());
        SeriesIndex index = series.all().get(0);
        series.add(stream(name()));

        assertThat(series.all()).containsExactly(index);
        assertThat(series.byStream()).containsOnlyKeys(stream(name()));
        assertThat(threads()).isEqualTo(working);
        fixture.publish(21.5);
        awaitValues();
        long seen = series.versions().newest();
        assertThat(changes(Long.MIN_VALUE)).contains(temperature() + "=21.5");
        assertThat(changes(seen)).isEmpty();
        assertThat(folder.resolve("series").resolve(name())).isDirectory();
    }

    @Test
    void ofAStreamThatIsRemovedAreFoundAgainWhenItIsAddedAgain() throws Exception {
        fixture.routes(exchange -> {}, "one");
        series.add(stream(name()));
        fixture.publish(21.5);
        awaitValues();

        series.remove(stream(name()));
        series.remove(stream(name()));

        assertThat(series.all()).isEmpty();
        assertThat(series.of(temperature())).isEmpty();
        await().atMost(StreamFixture.PATIENCE).until(() -> threads().isEmpty());
        series.add(stream(name()));
        awaitValues();
    }

    @Test
    void areNotKeptAnyMoreAfterTheEnd() throws Exception {
        fixture.routes(exchange -> {}, "one");
        series.add(stream(name()));

        series.close();
        series.add(stream(name()));

        assertThat(series.all()).isEmpty();
        await().atMost(StreamFixture.PATIENCE).until(() -> threads().isEmpty());
        series.close();
    }

    @Test
    void ofTwoComponentsAreApartAndADeviceOfBothIsShownOnceWithItsNewestValues() throws Exception {
        String other = "dt-other:" + name();
        String second = fixture.cloud().addDevice(DeviceType.TEMPERATURE, Map.of("name", "Second"));
        fixture.context()
                .addComponent("dt-other", SimulatedAccount.quickToStop(fixture.cloud(), folder.resolve("other")));
        fixture.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-other:" + fixture.cloud().projectId() + "?subscriber=two&pingInterval=1000")
                        .routeId("two")
                        .process(exchange -> {});
            }
        });
        fixture.routes(exchange -> {}, 2, "one");
        series.add(stream(other));
        series.add(stream(name()));
        fixture.publish(21.5);
        fixture.publish(22.5);

        await().atMost(StreamFixture.PATIENCE)
                .until(() -> series.all().stream().allMatch(index -> index.knows(temperature()))
                        && DeviceValues.of(series)
                                        .get(fixture.device())
                                        .values()
                                        .get(Quantity.TEMPERATURE)
                                        .value()
                                == 22.5);
        assertThat(series.of(temperature()).orElseThrow().getKey()).isEqualTo(stream(other));
        assertThat(folder.resolve("series").resolve("dt-other_" + name())).isDirectory();
        Map<String, DeviceValues> devices = DeviceValues.of(series);
        assertThat(devices).containsOnlyKeys(fixture.device(), second);
        assertThat(devices.get(fixture.device()).device().orElseThrow().name()).isEqualTo("Freezer");
        assertThat(devices.get(second).seen()).isEqualTo(Long.MIN_VALUE);
        assertThat(devices.get(second).values()).isEmpty();
        assertThat(devices.get(second).project()).isEqualTo(fixture.cloud().projectId());
    }
}
