package io.github.dtstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.device.ToldDevices;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceChangesTest {
    @TempDir
    private Path folder;

    private final MovableClock time = new MovableClock(Instant.parse("2026-11-26T10:00:00Z"));
    /** The devices of the project, with their labels. */
    private final Map<String, String> devices = new TreeMap<>();
    /** The devices that the list leaves out, although they are in the project. */
    private final TreeSet<String> hidden = new TreeSet<>();

    private DeviceFilters filters = DeviceFilters.NONE;
    private int count = -1;
    private boolean listBroken;
    private boolean lookUpBroken;
    private boolean forbidden;
    private int requests;

    private byte[] answer(String path, Map<String, List<String>> query) throws CloudException {
        requests++;
        if (forbidden || (path.endsWith("/devices") ? listBroken : lookUpBroken)) {
            throw forbidden ? refusal(403) : new CloudException(Fault.of(FaultKind.TRANSIENT, "not now"));
        }
        return body(path, query).getBytes(StandardCharsets.UTF_8);
    }

    private static CloudException refusal(int status) {
        return new CloudException(new Fault(FaultKind.PERMANENT, "no", OptionalInt.of(status), Duration.ZERO));
    }

    private String body(String path, Map<String, List<String>> query) throws CloudException {
        if (path.equals("projects/p")) {
            return "{\"name\":\"projects/p\",\"sensorCount\":" + (count < 0 ? devices.size() : count)
                    + ",\"cloudConnectorCount\":0}";
        }
        if (path.startsWith("projects/-/devices/")) {
            String id = path.substring(path.lastIndexOf('/') + 1);
            if (!devices.containsKey(id)) {
                throw refusal(404);
            }
            return shape(id);
        }
        List<String> wanted = query.get("device_ids");
        List<String> page = devices.keySet().stream()
                .filter(id -> !hidden.contains(id) && (wanted.isEmpty() || wanted.contains(id)))
                .map(this::shape)
                .toList();
        return "{\"devices\":[" + String.join(",", page) + "],\"nextPageToken\":\"\"}";
    }

    private String shape(String id) {
        return "{\"name\":\"projects/p/devices/" + id + "\",\"type\":\"contact\",\"productNumber\":\"1\",\"labels\":{"
                + devices.get(id)
                + "},\"reported\":{\"contact\":{\"state\":\"OPEN\",\"updateTime\":\"2026-03-01T10:00:00Z\"}}}";
    }

    private DeviceDirectory directory() {
        DeviceDirectory directory = new DeviceDirectory(
                "p",
                new Devices(this::answer, "p"),
                folder.resolve("devices.ndjson"),
                Duration.ofHours(1),
                time,
                time,
                Runnable::run);
        directory.start();
        return directory;
    }

    private ToldDevices told() throws IOException {
        return ToldDevices.read(folder.resolve("device-changes/r.ndjson"));
    }

    private DeviceChanges changes(DeviceDirectory directory) throws IOException {
        DeviceChanges changes = new DeviceChanges(
                "r-device-changes", new Devices(this::answer, "p"), directory, () -> filters, told(), time, time);
        changes.begin();
        return changes;
    }

    /** As after a restart: the content of memory is lost. */
    private DeviceChanges restarted() throws IOException {
        time.advance(Duration.ofMinutes(10));
        DeviceDirectory directory = directory();
        DeviceChanges changes = changes(directory);
        time.advance(Duration.ofMinutes(10));
        directory.refreshIfOld();
        return changes;
    }

    private static Batch poll(DeviceChanges changes) throws Exception {
        return changes.poll(1000, 1 << 20, Duration.ZERO);
    }

    private static String text(JournalRecord record) {
        return record.event().eventType() + " " + record.event().deviceId();
    }

    private static List<String> all(DeviceChanges changes) throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Batch batch = poll(changes);
            batch.records().forEach(record -> all.add(text(record)));
            if (!batch.isEmpty()) {
                changes.commit(batch.end());
            }
        }
        return all;
    }

    /** The changes that are reported after the cloud was asked again. */
    private List<String> afterTheNextList(DeviceChanges changes) throws Exception {
        time.advance(Duration.ofMinutes(10));
        return all(changes);
    }

    private void addDevices(int number) {
        for (int i = 0; i < number; i++) {
            devices.put("d" + (100 + i), "");
        }
    }

    @Test
    void tellOfEachDeviceInTheShapeOfTheListWithWhatItSentLast() throws Exception {
        devices.put("d1", "\"name\":\"Back door\"");

        JournalRecord record = poll(changes(directory())).records().get(0);

        assertThat(record.source()).isEqualTo(Source.DEVICES);
        assertThat(record.event())
                .hasToString(
                        "{\"eventId\":\"deviceAdded-d1-20261126T100000Z\",\"targetName\":\"projects/p/devices/d1\","
                                + "\"eventType\":\"deviceAdded\",\"data\":{\"deviceAdded\":" + shape("d1")
                                + "},\"timestamp\":\"2026-11-26T10:00:00Z\"}");
        assertThat(record.event().data()).isEqualTo(shape("d1"));
        assertThat(DeviceChanges.device(record.event()))
                .isEqualTo(new Device("d1", "contact", "1", Map.of("name", "Back door")));
    }

    @Test
    void tellWhoJoinsChangesAndLeaves() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        assertThat(all(changes)).containsExactly("deviceAdded d100", "deviceAdded d101", "deviceAdded d102");

        devices.put("e", "");
        assertThat(afterTheNextList(changes)).containsExactly("deviceAdded e");
        devices.put("e", "\"name\":\"x\"");
        assertThat(afterTheNextList(changes)).containsExactly("deviceChanged e");
        devices.remove("e");
        assertThat(afterTheNextList(changes)).containsExactly("deviceRemoved e");
        assertThat(afterTheNextList(changes)).isEmpty();
        devices.put("e", "\"name\":\"x\"");
        assertThat(afterTheNextList(changes)).containsExactly("deviceAdded e");
    }

    @Test
    void tellTheLastKnownShapeOfWhoLeft() throws Exception {
        addDevices(3);
        devices.put("e", "\"name\":\"Cold room\"");
        DeviceChanges changes = changes(directory());
        all(changes);
        devices.remove("e");
        time.advance(Duration.ofMinutes(10));

        Event event = poll(changes).records().get(0).event();

        assertThat(event.data())
                .isEqualTo("{\"name\":\"projects/p/devices/e\",\"type\":\"contact\",\"productNumber\":\"1\","
                        + "\"labels\":{\"name\":\"Cold room\"}}");
    }

    @Test
    void tellOfAnEventOfLabelsWithoutWaitingForTheList() throws Exception {
        devices.put("d1", "\"name\":\"a\"");
        DeviceDirectory directory = directory();
        DeviceChanges changes = changes(directory);
        all(changes);
        devices.put("d1", "\"name\":\"b\"");
        String head = "{\"data\":";
        String data = "{\"added\":{},\"modified\":{\"name\":\"b\"},\"removed\":[]}";
        directory.seen(List.of(new Event(
                "e1",
                "labelsChanged",
                "p",
                "d1",
                "2026-11-26T10:00:00Z",
                (head + data + "}").getBytes(StandardCharsets.UTF_8),
                head.length(),
                data.length())));

        assertThat(all(changes)).containsExactly("deviceChanged d1");
    }

    @Test
    void tellWhatHappenedWhileTheRouterWasDown() throws Exception {
        addDevices(3);
        all(changes(directory()));
        devices.remove("d101");
        devices.put("d102", "\"name\":\"x\"");
        devices.put("e", "");

        assertThat(all(restarted()))
                .containsExactlyInAnyOrder("deviceRemoved d101", "deviceChanged d102", "deviceAdded e");
        assertThat(all(restarted())).isEmpty();
    }

    @Test
    void tellAgainWhatACrashHasCut() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        all(changes);
        devices.remove("d101");
        time.advance(Duration.ofMinutes(10));
        assertThat(poll(changes).records()).extracting(DeviceChangesTest::text).containsExactly("deviceRemoved d101");

        assertThat(all(restarted())).containsExactly("deviceRemoved d101");
    }

    @Test
    void countWhatIsDeliveredAndNoMore() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        Batch batch = poll(changes);
        changes.commit(Position.before(batch.records().get(0).sequence() + 1));

        assertThat(all(restarted())).containsExactly("deviceAdded d101", "deviceAdded d102");
    }

    @Test
    void tellOfManyAPageAtATime() throws Exception {
        addDevices(120);
        DeviceChanges changes = changes(directory());
        assertThat(poll(changes).records()).hasSize(50);
        int asked = requests;
        assertThat(poll(changes).records()).hasSize(50);
        assertThat(poll(changes).records()).hasSize(20);
        assertThat(poll(changes).records()).isEmpty();
        assertThat(requests - asked).isEqualTo(2);
    }

    @Test
    void removeNobodyWhileTheListCannotBeReadOrMayNot() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        all(changes);
        devices.clear();
        listBroken = true;
        assertThat(afterTheNextList(changes)).isEmpty();
        listBroken = false;
        forbidden = true;
        assertThat(afterTheNextList(changes)).isEmpty();
        assertThat(all(restarted())).isEmpty();
    }

    @Test
    void removeNobodyWhoIsThereThoughTheListLacksHim() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        all(changes);
        hidden.add("d101");

        assertThat(afterTheNextList(changes)).isEmpty();
        devices.remove("d101");
        assertThat(afterTheNextList(changes)).containsExactly("deviceRemoved d101");
    }

    @Test
    void waitForASecondLookThatCannotBeTaken() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        all(changes);
        devices.remove("d101");
        lookUpBroken = true;
        assertThat(afterTheNextList(changes)).isEmpty();

        lookUpBroken = false;
        time.advance(Duration.ofMinutes(1));
        assertThat(all(changes)).containsExactly("deviceRemoved d101");
    }

    @Test
    void removeNobodyByAListThatIsEmptyForWhoSeesLessThanTheProjectHas() throws Exception {
        addDevices(3);
        DeviceChanges changes = changes(directory());
        all(changes);
        // The list is empty, and no device is found, but the project has a count.
        devices.clear();
        count = 3;
        for (int i = 0; i < 20; i++) {
            assertThat(afterTheNextList(changes)).isEmpty();
        }
        assertThat(told().ids()).hasSize(3);

        count = 0;
        assertThat(afterTheNextList(changes)).hasSize(3);
    }

    @Test
    void believeAnEmptyListOnlyAfterSomeMinutes() throws Exception {
        addDevices(3);
        DeviceDirectory directory = directory();
        DeviceChanges changes = changes(directory);
        all(changes);
        devices.clear();
        List<String> removed = new ArrayList<>();
        time.advance(Duration.ofMinutes(10));
        for (int minute = 0; minute < 4; minute++) {
            removed.addAll(all(changes));
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(removed).isEmpty();
        assertThat(all(changes)).hasSize(3);
    }

    @Test
    void removeNobodyBecauseTheCopyOfTheListIsLostOrOld() throws Exception {
        addDevices(3);
        all(changes(directory()));
        Files.delete(folder.resolve("devices.ndjson"));
        hidden.add("d100");

        assertThat(all(restarted())).isEmpty();
    }

    @Test
    void treatWhoDoesNotPassTheStreamsFiltersAsNotThere() throws Exception {
        devices.put("d1", "\"room\":\"a\"");
        devices.put("d2", "\"room\":\"b\"");
        filters = new DeviceFilters(List.of(), List.of(), List.of(), List.of("room=a"));
        DeviceChanges changes = changes(directory());
        assertThat(all(changes)).containsExactly("deviceAdded d1");

        devices.put("d1", "\"room\":\"b\"");
        devices.put("d2", "\"room\":\"a\"");
        assertThat(afterTheNextList(changes)).containsExactly("deviceAdded d2", "deviceRemoved d1");
    }

    @Test
    void tellNothingTwiceWhereTheCopyOfTheListIsOlderThanWhatWasTold() throws Exception {
        devices.put("d1", "\"name\":\"a\"");
        DeviceChanges changes = changes(directory());
        all(changes);
        byte[] old = Files.readAllBytes(folder.resolve("devices.ndjson"));
        devices.put("d1", "\"name\":\"b\"");
        assertThat(afterTheNextList(changes)).containsExactly("deviceChanged d1");
        Files.write(folder.resolve("devices.ndjson"), old);
        listBroken = false;

        DeviceChanges again = changes(directory());
        assertThat(all(again)).isEmpty();
    }
}
