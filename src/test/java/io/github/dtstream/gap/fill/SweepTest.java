package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.gap.DeviceOutcome.Kind;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How devices are read one after the other, and the events of each. */
class SweepTest {
    private static final Instant START = World.START;
    private static final Window WINDOW = new Window(START.minusSeconds(1000), START.minusSeconds(10));

    @TempDir
    private Path folder;

    private final SimulatedTime time = new SimulatedTime(START);
    private final FakeCloud cloud = new FakeCloud(time);
    private final MemoryBudget memory = new MemoryBudget(64 << 20);
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final List<DeviceOutcome> outcomes = new ArrayList<>();
    private final List<Boolean> early = new ArrayList<>();
    private MemoryLog log = new MemoryLog(10_000);

    private static List<String> devices(int count) {
        return IntStream.range(0, count).mapToObj(World::device).toList();
    }

    private List<String> cloudWith(int count) {
        devices(count).forEach(cloud::addDevice);
        return devices(count);
    }

    private static FakeCloud.Published event(String id, int device, int second) {
        Instant stamp = WINDOW.from().plusSeconds(second);
        return new FakeCloud.Published(id, World.device(device), "temperature", stamp, stamp);
    }

    private Event decoded(FakeCloud.Published event) {
        byte[] json = event.json().getBytes(StandardCharsets.UTF_8);
        try {
            return decoder.decodeEvent(json, 0, json.length);
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }

    private void publish(String id, int device, int second) {
        cloud.publish(event(id, device, second));
    }

    private void receive(String id, int device, int second) {
        log.append(decoded(event(id, device, second)), Source.LIVE, time.instant());
    }

    private void fails(FaultKind kind, int status, int... devices) {
        List<String> failing = IntStream.of(devices).mapToObj(World::device).toList();
        cloud.script((number, path) ->
                failing.contains(path.split("/")[3]) ? FakeCloud.fault(kind, status, Duration.ZERO) : null);
    }

    private Sweep sweep(CloudApi api, int knownAtOnce) {
        History history = new History(api, FakeCloud.PROJECT, 1000);
        DeviceReader reader = new DeviceReader(
                history, log, decoder, folder.resolve("spool").resolve("pages"), new SystemStorage(), time);
        return new Sweep(reader, log, knownAtOnce, memory, time, time);
    }

    private boolean observe(DeviceOutcome outcome, boolean wasEarly) {
        outcomes.add(outcome);
        early.add(wasEarly);
        return true;
    }

    private void run(List<String> devices) throws Exception {
        sweep(cloud, 1000).run(new Sweep.Request(devices, WINDOW, List.of()), 0, 0, this::observe);
    }

    private List<String> journaled() {
        return log.records().stream().map(record -> record.event().eventId()).toList();
    }

    private List<Kind> kinds() {
        return outcomes.stream().map(DeviceOutcome::kind).toList();
    }

    private List<String> told() {
        return outcomes.stream().map(DeviceOutcome::deviceId).toList();
    }

    @Test
    void looksIntoTheJournalOnlyForDevicesOfWhichHistoryHasEvents() throws Exception {
        List<String> devices = cloudWith(6);
        publish("known", 3, 10);
        publish("new", 5, 20);
        receive("known", 3, 10);
        fails(FaultKind.PERMANENT, 403, 0, 1);

        run(devices);

        assertThat(log.scans).isEqualTo(1);
        assertThat(journaled()).containsExactly("known", "new");
    }

    @Test
    void tellsOfEachDeviceInOrderBeginningWithTheFirst() throws Exception {
        List<String> devices = cloudWith(4);
        publish("known", 1, 1);
        publish("new", 1, 2);
        receive("known", 1, 1);

        sweep(cloud, 1000).run(new Sweep.Request(devices, WINDOW, List.of()), 1, 0, this::observe);

        assertThat(outcomes)
                .containsExactly(
                        DeviceOutcome.read(World.device(1), 2, 1, 0),
                        DeviceOutcome.read(World.device(2), 0, 0, 0),
                        DeviceOutcome.read(World.device(3), 0, 0, 0));
        assertThat(journaled()).containsExactly("known", "new");
        assertThat(memory.used().get(Holder.FILLS)).isZero();
    }

    @Test
    void stopsWhenItIsToldTo() throws Exception {
        List<String> devices = cloudWith(4);

        sweep(cloud, 1000).run(new Sweep.Request(devices, WINDOW, List.of()), 0, 0, (outcome, wasEarly) -> {
            observe(outcome, wasEarly);
            return outcomes.size() < 2;
        });

        assertThat(told()).containsExactlyElementsOf(devices.subList(0, 2));
        assertThat(cloud.requests).hasSize(2);
    }

    @Test
    void tellsOfDevicesThatFailedInTheirPlaceAndHowEarlyTheyWereRead() throws Exception {
        List<String> devices = cloudWith(5);
        fails(FaultKind.TRANSIENT, 503, 0, 1, 4);
        Iterator<Boolean> isEarly = List.of(true, false, true, false, true).iterator();

        Sweep.Request request = new Sweep.Request(devices, WINDOW, List.of(), START, isEarly::next);
        sweep(cloud, 1000).run(request, 0, 0, this::observe);

        assertThat(told()).containsExactlyElementsOf(devices);
        assertThat(kinds()).containsExactly(Kind.FAILED, Kind.FAILED, Kind.READ, Kind.READ, Kind.FAILED);
        assertThat(early).containsExactly(true, false, true, false, true);
        assertThat(outcomes.get(0).reason()).contains("503");
    }

    @Test
    void whoStopsAtADeviceThatFailedIsNotToldOfTheNext() throws Exception {
        List<String> devices = cloudWith(3);
        fails(FaultKind.TRANSIENT, 503, 0);

        sweep(cloud, 1000).run(new Sweep.Request(devices, WINDOW, List.of()), 0, 0, (outcome, wasEarly) -> {
            observe(outcome, wasEarly);
            return false;
        });

        assertThat(told()).containsExactly(World.device(0));
    }

    private void isGivenUpAfter(int failures, int stalls) {
        int before = cloud.requests.size();
        outcomes.clear();
        assertThatThrownBy(() -> sweep(cloud, 1000)
                        .run(new Sweep.Request(devices(200), WINDOW, List.of()), 0, stalls, this::observe))
                .isInstanceOf(CloudException.class);
        assertThat(cloud.requests).hasSize(before + failures);
        assertThat(outcomes).isEmpty();
    }

    @Test
    void givesUpAfterThreeFailuresInARowAndEachTimeLaterUpToALimit() {
        cloudWith(200);
        cloud.script((number, path) -> FakeCloud.fault(FaultKind.WEATHER, 503, Duration.ZERO));

        isGivenUpAfter(3, 0);
        isGivenUpAfter(6, 1);
        isGivenUpAfter(12, 2);
        isGivenUpAfter(96, 5);
        isGivenUpAfter(96, 6);
    }

    @Test
    void goesOnAfterAnyNumberOfFailuresThatAreNotInARow() throws Exception {
        List<String> devices = cloudWith(8);
        fails(FaultKind.TRANSIENT, 503, 0, 1, 3, 4, 6, 7);

        run(devices);

        assertThat(told()).containsExactlyElementsOf(devices);
    }

    @Test
    void credentialsThatAreRefusedEndItAtOnce() {
        List<String> devices = cloudWith(2);
        fails(FaultKind.CREDENTIALS, 401, 0);

        assertThatThrownBy(() -> run(devices)).isInstanceOf(CloudException.class);
        assertThat(cloud.requests).hasSize(1);
    }

    @Test
    void devicesThatHistoryDoesNotKnowOrRefusesAreToldApart() throws Exception {
        List<String> devices = cloudWith(4);
        cloud.removeDevice(World.device(0));
        fails(FaultKind.PERMANENT, 403, 1, 2, 3);

        run(devices);

        assertThat(kinds()).containsExactly(Kind.UNKNOWN, Kind.REFUSED, Kind.REFUSED, Kind.REFUSED);
        assertThat(outcomes.get(3).reason()).contains("403");
    }

    @Test
    void waitsWhileTheJournalIsHeld() throws Exception {
        log.heldChecks = 3;

        run(cloudWith(1));

        assertThat(cloud.requests).containsExactly(START.plusSeconds(3));
    }

    @Test
    void knownEventsAreLoadedForSomeDevicesAtATime() throws Exception {
        List<String> devices = cloudWith(4);
        log = new MemoryLog(1);
        for (int i = 0; i < 8; i++) {
            publish("e" + i, i / 2, i);
            receive("e" + i, i / 2, i);
        }

        sweep(cloud, 4).run(new Sweep.Request(devices, WINDOW, List.of()), 0, 0, this::observe);

        assertThat(outcomes).extracting(DeviceOutcome::found).containsExactly(2L, 2L, 2L, 2L);
        assertThat(outcomes).extracting(DeviceOutcome::added).containsOnly(0L);
        assertThat(log.scans)
                .as("twice for the first two devices, once for the others")
                .isEqualTo(3);
    }

    @Test
    void onlyThePartOfAnEarlyWindowThatIsPastIsAskedFor() {
        Instant end = START.plusSeconds(20);
        Instant past = START.minusSeconds(100);
        Window window = new Window(WINDOW.from(), end);
        BooleanSupplier never = () -> false;
        Sweep.Request request = new Sweep.Request(List.of(), window, List.of(), past, never);

        assertThat(request.window(true, START)).isEqualTo(new Window(WINDOW.from(), START));
        assertThat(request.window(true, past.minusSeconds(1)))
                .as("by a clock that is behind")
                .isEqualTo(new Window(WINDOW.from(), past));
        assertThat(request.window(true, end.plusSeconds(1))).isEqualTo(window);
        assertThat(request.window(false, START)).isEqualTo(window);
        Sweep.Request anyTime = new Sweep.Request(List.of(), window, List.of());
        assertThat(anyTime.early().getAsBoolean()).isTrue();
        assertThat(anyTime.past()).isEqualTo(window.from());
    }

    @Test
    void pagesThatComeNewestFirstAreAppendedOldestFirst() throws Exception {
        List<String> devices = cloudWith(1);
        cloud.mostEventsPerPage = 2;
        for (int i = 0; i < 7; i++) {
            publish("e" + i, 0, i);
        }

        run(devices);

        assertThat(journaled()).containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6");
        assertThat(cloud.queries.get(0).get("start_time"))
                .containsExactly(WINDOW.from().toString());
        assertThat(cloud.queries.get(0).get("end_time"))
                .containsExactly(WINDOW.to().toString());
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void aPageInAnotherOrderIsAppendedOldestFirstToo() throws Exception {
        CloudApi unsorted = (path, query) -> ("{\"events\":[" + event("b", 0, 2).json() + ","
                        + event("c", 0, 3).json() + "," + event("a", 0, 1).json() + "],\"nextPageToken\":\"\"}")
                .getBytes(StandardCharsets.UTF_8);

        sweep(unsorted, 1000).run(new Sweep.Request(devices(1), WINDOW, List.of()), 0, 0, this::observe);

        assertThat(journaled()).containsExactly("a", "b", "c");
    }

    @Test
    void aWindowWithoutLengthCostsNoRequest() throws Exception {
        List<String> devices = cloudWith(1);
        Window empty = new Window(START, START);

        sweep(cloud, 1000).run(new Sweep.Request(devices, empty, List.of()), 0, 0, this::observe);

        assertThat(outcomes).containsExactly(DeviceOutcome.read(World.device(0), 0, 0, 0));
        assertThat(cloud.requests).isEmpty();
    }

    @Test
    void aRecordThatIsNoEventIsSetAsideAndCounted() throws Exception {
        List<String> devices = cloudWith(1);
        publish("good", 0, 1);
        publish("../etc", 0, 2);

        run(devices);

        assertThat(outcomes).containsExactly(DeviceOutcome.read(World.device(0), 1, 1, 1));
        assertThat(log.rejected).singleElement().asString().startsWith("dev00000: ");
    }

    @Test
    void anEventThatHistoryHasTwiceIsAppendedOnceThoughTheJournalForgotIt() throws Exception {
        List<String> devices = cloudWith(1);
        log = new MemoryLog(1);
        publish("twice", 0, 1);
        publish("other", 0, 2);
        publish("twice", 0, 3);

        run(devices);

        assertThat(journaled()).containsExactly("twice", "other");
        assertThat(outcomes).containsExactly(DeviceOutcome.read(World.device(0), 3, 2, 0));
    }

    @Test
    void anEventThatTheStreamBringsDuringTheRequestIsNotDoubled() throws Exception {
        List<String> devices = cloudWith(1);
        log = new MemoryLog(1);
        publish("late", 0, 1);
        cloud.script((number, path) -> {
            receive("late", 0, 1);
            receive("other", 1, 1);
            return null;
        });

        run(devices);

        assertThat(journaled()).containsExactly("late", "other");
        assertThat(outcomes).containsExactly(DeviceOutcome.read(World.device(0), 1, 0, 0));
    }
}
