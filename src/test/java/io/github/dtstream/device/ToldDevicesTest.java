package io.github.dtstream.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToldDevicesTest {
    @TempDir
    private Path folder;

    private static Device device(String id, String name) {
        return new Device(id, "contact", "102058", Map.of("name", name));
    }

    private Path file() {
        return folder.resolve("p/default/r.ndjson");
    }

    private ToldDevices read() throws IOException {
        return ToldDevices.read(file());
    }

    private static void add(ToldDevices told, Device device, boolean left) throws IOException {
        told.add(List.of(new ToldDevices.Told(device, left)));
    }

    @Test
    void areAsLastToldOverRestarts() throws Exception {
        ToldDevices told = read();
        add(told, device("a", "ä \"1\""), false);
        add(told, device("b", "2"), false);
        add(told, device("b", "3"), false);
        add(told, device("a", "ä \"1\""), true);
        add(told, device("c", "\n"), false);

        ToldDevices again = read();
        assertThat(again.ids()).containsExactly("b", "c");
        assertThat(again.get("b")).contains(device("b", "3"));
        assertThat(again.has(device("c", "\n"))).isTrue();
        assertThat(again.has(device("b", "2"))).isFalse();
        again.clear();
        assertThat(read().ids()).isEmpty();
    }

    @Test
    void leaveOutWhatACrashHasTornAndWhatTheDiskHasSpoilt() throws Exception {
        add(read(), device("a", "1"), false);
        Files.writeString(file(), "spoilt\n{\"id\":\"b\",\"ty", StandardOpenOption.APPEND);

        ToldDevices told = read();
        assertThat(told.ids()).containsExactly("a");
        add(told, device("c", "1"), false);
        assertThat(read().ids()).containsExactly("a", "c");
    }

    @Test
    void takeNoMoreRoomThanTheDevicesDo() throws Exception {
        ToldDevices told = read();
        for (int i = 0; i < 5_000; i++) {
            told.add(List.of(new ToldDevices.Told(device("a", "" + i), false)));
        }

        assertThat(Files.readAllLines(file())).hasSizeLessThan(1_100);
        assertThat(read().get("a")).contains(device("a", "4999"));
    }
}
