package io.github.dtstream.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.event.Event;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceDirectoryTest {
    @TempDir
    private Path folder;

    private final Map<String, String> names = new TreeMap<>(Map.of("d1", "Kitchen"));
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final MovableClock time = new MovableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private boolean broken;
    private int requests;
    private Runnable beforeAnswerArrives = () -> {};

    private byte[] answer() throws CloudException {
        requests++;
        if (broken) {
            throw new CloudException(Fault.of(FaultKind.PERMANENT, "no permission"));
        }
        StringBuilder list = new StringBuilder("{\"devices\":[");
        names.forEach((id, name) -> list.append(list.charAt(list.length() - 1) == '[' ? "" : ",")
                .append("{\"name\":\"projects/p/devices/" + id + "\",\"type\":\"touch\",\"labels\":{\"name\":\"" + name
                        + "\"}}"));
        byte[] body = list.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        beforeAnswerArrives.run();
        return body;
    }

    private DeviceDirectory directory() {
        return directory(new Devices((path, query) -> answer(), "p"));
    }

    private DeviceDirectory directory(@Nullable Devices list) {
        return new DeviceDirectory(
                "p", list, folder.resolve("devices.ndjson"), Duration.ofHours(1), time, time, background::add);
    }

    private static Event touch(String time) throws Exception {
        byte[] json = ("{\"eventId\":\"t1\",\"targetName\":\"projects/p/devices/d1\",\"eventType\":\"touch\","
                        + "\"data\":{\"touch\":{}},\"timestamp\":\"" + time + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return new EnvelopeDecoder().decodeEvent(json, 0, json.length);
    }

    private static Device named(String name) {
        return new Device("d1", "touch", "102058", Map.of("name", name));
    }

    private void work() {
        while (!background.isEmpty()) {
            background.poll().run();
        }
    }

    private static Event labelsChanged(String data) throws Exception {
        byte[] json = ("{\"eventId\":\"e1\",\"targetName\":\"projects/p/devices/d1\",\"eventType\":\"labelsChanged\","
                        + "\"data\":" + data + ",\"timestamp\":\"2026-03-01T10:00:00Z\"}")
                .getBytes(StandardCharsets.UTF_8);
        return new EnvelopeDecoder().decodeEvent(json, 0, json.length);
    }

    private static String name(DeviceDirectory directory, String id) {
        return directory.get(id).map(Device::name).orElse("unknown");
    }

    @Test
    void namesAreThereAtOnceAfterARestart() {
        DeviceDirectory first = directory();
        first.start();
        work();
        assertThat(name(first, "d1")).isEqualTo("Kitchen");

        broken = true;
        DeviceDirectory second = directory();
        second.start();
        assertThat(name(second, "d1")).isEqualTo("Kitchen");
        work();
        assertThat(name(second, "d1")).isEqualTo("Kitchen");
    }

    @Test
    void damagedCopyIsMadeAnew() throws Exception {
        Files.writeString(folder.resolve("devices.ndjson"), "{\"id\":");
        DeviceDirectory directory = directory();
        directory.start();
        work();

        assertThat(name(directory, "d1")).isEqualTo("Kitchen");
    }

    @Test
    void unknownDeviceIsAskedForAtMostOnceAMinute() {
        DeviceDirectory directory = directory();
        directory.start();
        work();
        names.put("d2", "Hall");
        for (int i = 0; i < 10; i++) {
            assertThat(directory.get("d2")).isEmpty();
            work();
        }
        assertThat(requests).isEqualTo(1);

        time.advance(Duration.ofSeconds(61));
        directory.get("d2");
        work();
        assertThat(name(directory, "d2")).isEqualTo("Hall");
        assertThat(requests).isEqualTo(2);
    }

    @Test
    void listIsReadAgainWhenItHasBecomeOld() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        work();
        names.put("d1", "Bath");
        time.advance(Duration.ofHours(1));
        directory.seen(List.of(labelsChanged("{}")));
        work();

        assertThat(name(directory, "d1")).isEqualTo("Bath");
    }

    @Test
    void deviceThatIsAsItWasIsTheSameObjectAfterTheListWasReadAgain() throws Exception {
        names.put("d2", "Hall");
        DeviceDirectory directory = directory();
        directory.start();
        work();
        Device hall = directory.get("d2").orElseThrow();
        names.put("d1", "Bath");
        refreshAfter(directory, Duration.ofHours(1));

        assertThat(directory.get("d2").orElseThrow()).isSameAs(hall);
        assertThat(name(directory, "d1")).isEqualTo("Bath");
    }

    @Test
    void changedLabelsAreKnownAtOnce() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        work();
        directory.seen(List.of(
                labelsChanged("{\"modified\":{\"name\":\"Cellar\"}}"),
                labelsChanged("{\"added\":{\"floor\":\"2\"},\"modified\":{\"name\":\"Attic\"}}")));

        assertThat(directory.get("d1")).map(Device::labels).contains(Map.of("name", "Attic", "floor", "2"));
        directory.seen(List.of(labelsChanged("{\"removed\":[\"name\",\"floor\"]}")));
        assertThat(name(directory, "d1")).isEqualTo("d1");
    }

    @Test
    void namesStayWhileAShortListIsDoubtedAndWhatItHasIsLearnt() throws Exception {
        names.putAll(Map.of("d2", "Hall", "d3", "Cellar"));
        DeviceDirectory directory = directory();
        directory.start();
        work();
        names.keySet().retainAll(List.of("d1"));
        names.put("d1", "Bath");
        refreshAfter(directory, Duration.ofHours(1));

        assertThat(name(directory, "d1")).isEqualTo("Bath");
        assertThat(name(directory, "d2")).isEqualTo("Hall");
        assertThat(name(directory, "d3")).isEqualTo("Cellar");
        DeviceDirectory afterRestart = directory();
        broken = true;
        afterRestart.start();
        assertThat(name(afterRestart, "d3")).isEqualTo("Cellar");
    }

    @Test
    void doubtedListIsAskedForEachMinuteUntilItIsBelieved() throws Exception {
        names.putAll(Map.of("d2", "Hall", "d3", "Cellar"));
        DeviceDirectory directory = directory();
        directory.start();
        work();
        names.clear();
        refreshAfter(directory, Duration.ofHours(1));
        for (int minute = 1; minute < 4; minute++) {
            refreshAfter(directory, Duration.ofMinutes(1));
            assertThat(directory.matching(DeviceFilters.NONE)).hasSize(3);
        }

        refreshAfter(directory, Duration.ofMinutes(1));

        assertThat(directory.matching(DeviceFilters.NONE)).isEmpty();
        assertThat(requests).isEqualTo(6);
    }

    /** Lets time pass and the stream deliver an event. */
    private void refreshAfter(DeviceDirectory directory, Duration later) throws Exception {
        time.advance(later);
        directory.seen(List.of(labelsChanged("{}")));
        work();
    }

    @Test
    void labelsThatChangeDuringARefreshAreNotBroughtBack() throws Exception {
        DeviceDirectory directory = directory();
        Event change = labelsChanged("{\"modified\":{\"name\":\"Attic\"}}");
        beforeAnswerArrives = () -> directory.seen(List.of(change));
        directory.start();
        work();

        assertThat(name(directory, "d1")).isEqualTo("Attic");
    }

    @Test
    void whatIsPushedOfADeviceIsKnownAtOnce() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        directory.pushed(touch("2026-03-01T10:00:00Z"), named("Cellar"));
        assertThat(name(directory, "d1")).isEqualTo("Cellar");
        assertThat(directory.version()).isEqualTo(1);
    }

    @Test
    void whatIsPushedHoursLateSaysNothingOfADeviceThatTheListHasSince() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        work();
        directory.pushed(touch("2026-03-01T09:59:59Z"), named("Cellar"));
        assertThat(name(directory, "d1")).isEqualTo("Kitchen");

        directory.pushed(touch("2026-03-01T10:00:01Z"), named("Attic"));
        directory.pushed(touch("2026-03-01T10:00:00Z"), named("Cellar"));
        assertThat(name(directory, "d1")).isEqualTo("Attic");
    }

    @Test
    void changedLabelsThatArePushedLateDoNotTakeBackWhatTheStreamHasTold() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        work();
        directory.pushed(touch("2026-03-01T10:00:05Z"), named("Attic"));
        directory.pushed(labelsChanged("{\"modified\":{\"name\":\"Cellar\"}}"), null);
        assertThat(name(directory, "d1")).isEqualTo("Attic");
        directory.seen(List.of(labelsChanged("{\"modified\":{\"name\":\"Cellar\"}}")));
        assertThat(name(directory, "d1")).isEqualTo("Cellar");
    }

    @Test
    void whatIsPushedWhileTheListIsReadIsNotTakenBackByIt() throws Exception {
        DeviceDirectory directory = directory();
        directory.start();
        Event pushed = touch("2026-03-01T10:00:01Z");
        beforeAnswerArrives = () -> directory.pushed(pushed, named("Attic"));
        work();
        assertThat(name(directory, "d1")).isEqualTo("Attic");
    }

    @Test
    void withoutAListWhatWasPushedIsKnownAfterARestart() throws Exception {
        DeviceDirectory first = directory(null);
        first.start();
        first.pushed(touch("2026-03-01T10:00:00Z"), named("Cellar"));
        work();
        first.pushed(touch("2026-03-01T10:00:10Z"), named("Attic"));
        work();
        assertThat(requests).isZero();

        assertThat(name(afterRestart(), "d1")).as("a write a minute").isEqualTo("Cellar");
        first.close();
        assertThat(name(afterRestart(), "d1")).isEqualTo("Attic");
    }

    private DeviceDirectory afterRestart() {
        DeviceDirectory second = directory(null);
        second.start();
        return second;
    }
}
