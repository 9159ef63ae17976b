package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceListTest {
    private static final StreamFilters TWO_LABELS =
            new StreamFilters(List.of(), List.of(), List.of("touch"), List.of(), List.of("room=hall", "floor"));

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T12:00:00Z"));
    private final FaultyStorage storage = new FaultyStorage();
    private final Set<String> known = new TreeSet<>();
    /** What the cloud lists, by label filter; without one by the empty text. */
    private final Map<String, List<String>> listed = new LinkedHashMap<>();

    private StreamFilters filters = StreamFilters.NONE;

    private DeviceList list() {
        Devices devices = new Devices(
                (path, query) -> {
                    assertThat(query.get("device_types")).isEqualTo(filters.deviceTypes());
                    String label = String.join(",", query.get("label_filters"));
                    return listed.getOrDefault(label, List.of()).stream()
                            .map(id -> "{\"name\":\"projects/p1/devices/" + id + "\",\"type\":\"touch\",\"labels\":{}}")
                            .collect(Collectors.joining(",", "{\"devices\":[", "],\"nextPageToken\":\"\"}"))
                            .getBytes(StandardCharsets.UTF_8);
                },
                "p1");
        return new DeviceList(devices, () -> filters, asked -> Set.copyOf(known), folder, storage, clock);
    }

    @Test
    void keepsTheOrderOverARestartAndAddsNewDevicesAtTheEnd() throws Exception {
        listed.put("", List.of("c", "a"));
        assertThat(list().update(7)).containsExactly("c", "a");

        listed.put("", List.of("b", "a", "c"));
        DeviceList restarted = list();
        assertThat(restarted.read(7)).containsExactly("c", "a");
        assertThat(restarted.update(7)).containsExactly("c", "a", "b");
        assertThat(list().read(7)).containsExactly("c", "a", "b");
        assertThat(list().read(8)).as("another gap").isEmpty();
    }

    @Test
    void aDeviceThatHasLeftStaysInAGapsListAndInNoOther() throws Exception {
        listed.put("", List.of("a", "b"));
        DeviceList list = list();
        list.update(7);
        listed.put("", List.of("b"));

        assertThat(list.update(7)).containsExactly("a", "b");
        assertThat(list.lists("a")).isFalse();
        assertThat(list.lists("b")).isTrue();
        assertThat(list.current()).containsExactly("b");
    }

    @Test
    void aKnownDeviceIsReadThoughTheCloudDoesNotListIt() throws Exception {
        listed.put("", List.of("a"));
        known.add("b");
        DeviceList list = list();

        assertThat(list.current()).containsExactly("a", "b");
        assertThat(list.lists("b")).isFalse();
    }

    @Test
    void aListIsWrittenOnlyWhenItGrew() throws Exception {
        listed.put("", List.of("a"));
        DeviceList list = list();
        list.update(7);
        long before = storage.operations();
        list.read(7);
        long reading = storage.operations() - before;

        list.update(7);

        assertThat(storage.operations() - before)
                .as("read twice, never written")
                .isEqualTo(2 * reading);
    }

    @Test
    void forgetsTheListOfAGapThatIsFilled() throws Exception {
        listed.put("", List.of("a"));
        DeviceList list = list();
        list.update(7);
        list.delete(7);

        assertThat(list.read(7)).isEmpty();
        list.delete(7);
    }

    @Test
    void aDiskThatFailsIsTold() throws Exception {
        listed.put("", List.of("a"));
        storage.failOperations(1, Long.MAX_VALUE);

        assertThatThrownBy(() -> list().update(7)).isInstanceOf(IOException.class);

        storage.mend();
        assertThat(list().update(7)).containsExactly("a");
    }

    @Test
    void severalLabelFiltersAreAskedOneByOneAndADeviceOfBothIsThereOnce() throws Exception {
        filters = TWO_LABELS;
        listed.put("room=hall", List.of("a", "b"));
        listed.put("floor", List.of("b", "c"));
        listed.put("", List.of("everything"));

        assertThat(list().current()).containsExactly("a", "b", "c");
    }

    @Test
    void anEmptyListIsDoubtedUntilTheCloudHasGivenItForMinutes() throws Exception {
        DeviceList list = list();
        assertThat(list.doubt()).hasValue("the device list has not been read yet");
        known.add("a");

        list.current();
        assertThat(list.doubt()).isPresent();
        for (int minute = 0; minute < 10; minute++) {
            clock.advance(Duration.ofMinutes(1));
            list.current();
        }
        assertThat(list.doubt()).as("believed").isEmpty();
    }

    @Test
    void aListByOtherFiltersIsDoubtedAnew() throws Exception {
        DeviceList list = list();
        known.add("a");
        for (int minute = 0; minute < 10; minute++) {
            list.current();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(list.doubt()).isEmpty();

        filters = TWO_LABELS;
        list.current();

        assertThat(list.doubt()).isPresent();
    }

    @Test
    void namesItsProjectAndAsksForADevices() throws CloudException, InterruptedException {
        Devices devices = new Devices(
                (path, query) ->
                        ("{\"name\":\"" + path.replace("/-/", "/p2/") + "\"}").getBytes(StandardCharsets.UTF_8),
                "p1");
        DeviceList list = new DeviceList(devices, () -> filters, asked -> known, folder, storage, clock);

        assertThat(list.projectId()).isEqualTo("p1");
        assertThat(list.projectOf("a")).contains("p2");
    }
}
