package io.github.dtstream.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSnapshotTest {
    private static final List<Device> OLD = List.of(device("d1", "Kitchen"), device("d2", "Küche \"2\"\n"));
    private static final List<Device> NEW = List.of(device("d1", "Kitchen"), device("d3", "Hall"));

    @TempDir
    private Path folder;

    private static Device device(String id, String name) {
        return new Device(id, "temperature", "100", Map.of("name", name, "room", "1"));
    }

    private static DeviceSnapshot snapshot(Path folder, Storage storage) {
        return new DeviceSnapshot(folder.resolve("devices/p.ndjson"), storage);
    }

    private static List<Device> read(DeviceSnapshot snapshot) throws IOException {
        List<Device> devices = new ArrayList<>();
        snapshot.read(devices::add);
        return devices;
    }

    @Test
    void hasTheOldListOrTheNewOneWhereverItCrashes() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> snapshot(own, storage).write(OLD),
                (own, storage) -> snapshot(own, storage).write(NEW),
                (own, storage, isDone) ->
                        assertThat(read(snapshot(own, storage))).isIn(NEW, isDone ? List.of() : OLD));
    }

    @Test
    void isEmptyBeforeTheFirst() throws Exception {
        assertThat(read(snapshot(folder, new SystemStorage()))).isEmpty();
    }

    @Test
    void holdsMoreDevicesThanFitIntoOneWrite() throws Exception {
        List<Device> many = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            many.add(device("d" + i, "Room " + i));
        }
        DeviceSnapshot snapshot = snapshot(folder, new SystemStorage());
        snapshot.write(many);
        assertThat(read(snapshot)).isEqualTo(many);
    }
}
