package io.github.dtstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.device.OfferedDevices;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstValuesTest {
    private static final String DOOR =
            "\"contact\":{\"state\":\"OPEN\",\"updateTime\":\"2026-03-01T10:00:00.123456Z\"}";

    @TempDir
    private Path folder;

    private final MovableClock time = new MovableClock(Instant.parse("2026-11-26T10:00:00Z"));
    private final Map<String, String> devices = new TreeMap<>();
    private StreamFilters filters = StreamFilters.NONE;
    private int pageSize = 100;
    private boolean broken;
    private int requests;

    private byte[] answer(Map<String, List<String>> query) throws CloudException {
        requests++;
        if (broken) {
            throw new CloudException(Fault.of(FaultKind.TRANSIENT, "not now"));
        }
        List<String> ids = List.copyOf(devices.keySet());
        int from = query.get("page_token").stream().mapToInt(Integer::parseInt).sum();
        int to = Math.min(ids.size(), from + pageSize);
        List<String> page = new ArrayList<>();
        for (String id : ids.subList(from, to)) {
            page.add("{\"name\":\"projects/p/devices/" + id + "\",\"type\":\"contact\",\"labels\":{},\"reported\":"
                    + devices.get(id) + "}");
        }
        return ("{\"devices\":[" + String.join(",", page) + "],\"nextPageToken\":\"" + (to < ids.size() ? to : "")
                        + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private DeviceDirectory directory() {
        DeviceDirectory directory = new DeviceDirectory(
                "p",
                new Devices((path, query) -> answer(query), "p"),
                folder.resolve("devices.ndjson"),
                Duration.ofHours(1),
                time,
                time,
                Runnable::run);
        directory.start();
        return directory;
    }

    private FirstValues values(DeviceDirectory directory) throws IOException {
        FirstValues values = new FirstValues(
                "r-first-values",
                new Devices((path, query) -> answer(query), "p"),
                directory,
                () -> filters,
                OfferedDevices.read(folder.resolve("reported/r.txt")),
                time,
                time);
        values.begin();
        return values;
    }

    private static Batch poll(FirstValues values) throws Exception {
        return values.poll(1000, 1 << 20, Duration.ZERO);
    }

    private static List<String> all(FirstValues values) throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Batch batch = poll(values);
            batch.records().forEach(record -> all.add(record.event().deviceId()));
            if (!batch.isEmpty()) {
                values.commit(batch.end());
            }
        }
        return all;
    }

    @Test
    void areEventsOfWhatTheListReports() throws Exception {
        devices.put("d1", "{" + DOOR + ",\"touch\":null,\"odd\":{\"value\":1},\"bad\":{\"updateTime\":\"yesterday\"}}");

        JournalRecord record = poll(values(directory())).records().get(0);

        assertThat(record.source()).isEqualTo(Source.REPORTED);
        assertThat(record.event())
                .hasToString(
                        "{\"eventId\":\"reported-d1-contact-20260301T100000123456Z\",\"targetName\":\"projects/p/devices/d1\","
                                + "\"eventType\":\"contact\",\"data\":{" + DOOR
                                + "},\"timestamp\":\"2026-03-01T10:00:00.123456Z\"}");
        assertThat(record.event().data())
                .isEqualTo("{\"state\":\"OPEN\",\"updateTime\":\"2026-03-01T10:00:00.123456Z\"}");
    }

    @Test
    void areOfferedOnceOverRestartsWhenTheyAreDelivered() throws Exception {
        devices.put("d1", "{" + DOOR + "}");
        FirstValues first = values(directory());
        assertThat(poll(first).records()).hasSize(1);
        first.close();

        assertThat(all(values(directory()))).containsExactly("d1");
        FirstValues third = values(directory());
        int asked = requests;
        assertThat(all(third)).isEmpty();
        assertThat(requests).isEqualTo(asked);
    }

    @Test
    void areOfferedOfADeviceThatComesIntoTheProjectAndOfOneThatComesBack() throws Exception {
        devices.put("d1", "{" + DOOR + "}");
        DeviceDirectory directory = directory();
        FirstValues values = values(directory);
        assertThat(all(values)).containsExactly("d1");

        devices.put("d2", "{" + DOOR + "}");
        refresh(directory);
        assertThat(all(values)).containsExactly("d2");

        for (int i = 0; i < 20; i++) {
            devices.put("e" + i, "{}");
        }
        refresh(directory);
        devices.remove("d2");
        refresh(directory);
        devices.put("d2", "{" + DOOR + "}");
        refresh(directory);
        assertThat(all(values)).containsExactly("d2");
    }

    private void refresh(DeviceDirectory directory) {
        time.advance(Duration.ofHours(1));
        directory.refreshSoon();
    }

    @Test
    void comePageByPageAndCountWhenTheirPageIsDelivered() throws Exception {
        pageSize = 2;
        for (int i = 0; i < 5; i++) {
            devices.put("d" + i, "{" + DOOR + ",\"touch\":{\"updateTime\":\"2026-03-01T10:00:00Z\"}}");
        }
        FirstValues values = values(directory());
        Batch page = poll(values);
        assertThat(page.records()).hasSize(4);
        // One and a half devices.
        values.commit(Position.before(page.records().get(2).sequence() + 1));
        values.close();

        assertThat(Files.readString(folder.resolve("reported/r.txt"))).isEqualTo("d0\n");
        assertThat(all(values(directory()))).containsExactly("d1", "d1", "d2", "d2", "d3", "d3", "d4", "d4");
    }

    @Test
    void passTheFiltersOfTheStream() throws Exception {
        devices.put("d1", "{" + DOOR + ",\"touch\":{\"updateTime\":\"2026-03-01T10:00:00Z\"}}");
        devices.put("d2", "{" + DOOR + "}");
        filters = new StreamFilters(List.of("touch"), List.of("d1"), List.of(), List.of(), List.of());

        assertThat(all(values(directory()))).containsExactly("d1");
    }

    @Test
    void areAskedForAgainAfterAMinuteWhereTheListCannotBeRead() throws Exception {
        devices.put("d1", "{" + DOOR + "}");
        FirstValues values = values(directory());
        broken = true;
        assertThat(all(values)).isEmpty();
        int asked = requests;
        assertThat(all(values)).isEmpty();
        assertThat(requests).isEqualTo(asked);

        broken = false;
        time.advance(Duration.ofMinutes(1));
        assertThat(all(values)).containsExactly("d1");
    }

    @Test
    void aTornNoteIsLeftOut() throws Exception {
        Path file = folder.resolve("reported/r.txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "d1\nd2-to");
        devices.put("d1", "{" + DOOR + "}");
        devices.put("d2", "{" + DOOR + "}");

        assertThat(all(values(directory()))).containsExactly("d2");
        assertThat(Files.readString(file)).isEqualTo("d1\nd2\n");
        Files.writeString(file, "d3\n", StandardOpenOption.APPEND);
        assertThat(OfferedDevices.read(file).contains("d3")).isTrue();
    }
}
