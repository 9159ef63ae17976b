package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cloud's device list and history in memory: pages newest first, an indexing delay for each event, scripted faults.
 */
final class FakeCloud implements CloudApi {
    static final String PROJECT = "p1";
    private static final Duration ROUND_TRIP = Duration.ofMillis(50);

    private final SimulatedTime time;
    private final TreeSet<String> devices = new TreeSet<>();
    private final List<Published> events = new ArrayList<>();
    private Script script = (number, path) -> null;
    private final Map<String, String> moved = new TreeMap<>();
    int devicesPerPage = 100;
    /** A longer list is cut here, without an error. */
    IntSupplier mostListed = () -> Integer.MAX_VALUE;

    int mostEventsPerPage = 1000;
    final List<Instant> requests = new ArrayList<>();
    final List<String> paths = new ArrayList<>();
    final List<Map<String, List<String>>> queries = new ArrayList<>();

    /** Determines which requests fail, and how. */
    interface Script {
        /** @return null if the request succeeds */
        @Nullable
        Fault fault(int number, String path);
    }

    /** An event with the time from which history shows it. */
    record Published(String id, String device, String type, Instant stamp, Instant indexed) {
        String json() {
            return "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/" + PROJECT + "/devices/" + device
                    + "\",\"eventType\":\"" + type + "\",\"data\":{\"" + type + "\":{\"value\":21.5,\"updateTime\":\""
                    + stamp + "\"}},\"timestamp\":\"" + stamp + "\"}";
        }
    }

    FakeCloud(SimulatedTime time) {
        this.time = time;
    }

    static Fault fault(FaultKind kind, int status, Duration minimumDelay) {
        return new Fault(kind, "the cloud answered " + status, OptionalInt.of(status), minimumDelay);
    }

    void script(Script other) {
        script = other;
    }

    void addDevice(String id) {
        devices.add(id);
    }

    void removeDevice(String id) {
        devices.remove(id);
    }

    void moveDevice(String id, String project) {
        devices.remove(id);
        moved.put(id, project);
    }

    void publish(Published event) {
        events.add(event);
    }

    List<Published> published() {
        return events;
    }

    @Override
    public byte[] get(String path, Map<String, List<String>> query) throws CloudException {
        requests.add(time.instant());
        paths.add(path);
        queries.add(query);
        Fault fault = script.fault(requests.size(), path);
        time.advance(ROUND_TRIP);
        if (fault != null) {
            throw new CloudException(fault);
        }
        String body = path.endsWith("/events")
                ? history(path, query)
                : path.startsWith("projects/-/") ? lookUp(path.split("/")[3]) : list(query);
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private String lookUp(String id) throws CloudException {
        String project = devices.contains(id) ? PROJECT : moved.get(id);
        if (project == null) {
            throw new CloudException(fault(FaultKind.PERMANENT, 404, Duration.ZERO));
        }
        return "{\"name\":\"projects/" + project + "/devices/" + id + "\",\"type\":\"temperature\"}";
    }

    private String list(Map<String, List<String>> query) {
        String after = query.get("page_token").stream().findFirst().orElse("");
        List<String> page = devices.tailSet(after, false).stream()
                .limit(Math.min(devicesPerPage, mostListed.getAsInt()))
                .toList();
        boolean more = !page.isEmpty()
                && page.size() < mostListed.getAsInt()
                && devices.higher(page.get(page.size() - 1)) != null;
        return page.stream()
                .map(id -> "{\"name\":\"projects/p1/devices/" + id + "\",\"type\":\"temperature\",\"labels\":{}}")
                .collect(Collectors.joining(
                        ",",
                        "{\"devices\":[",
                        "],\"nextPageToken\":\"" + (more ? page.get(page.size() - 1) : "") + "\"}"));
    }

    private String history(String path, Map<String, List<String>> query) throws CloudException {
        String device = path.split("/")[3];
        if (!devices.contains(device)) {
            throw new CloudException(fault(FaultKind.PERMANENT, 404, Duration.ZERO));
        }
        Instant from = Instant.parse(query.get("start_time").get(0));
        Instant to = Instant.parse(query.get("end_time").get(0));
        List<String> types = query.get("event_types");
        int skip = query.get("page_token").stream()
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(0);
        int size = Math.min(
                mostEventsPerPage, Integer.parseInt(query.get("page_size").get(0)));
        List<Published> found = events.stream()
                .filter(event -> event.device().equals(device))
                .filter(event -> !event.indexed().isAfter(time.instant()))
                .filter(event -> !event.stamp().isBefore(from) && event.stamp().isBefore(to))
                .filter(event -> types.isEmpty() || types.contains(event.type()))
                .sorted(Comparator.comparing(Published::stamp).reversed())
                .toList();
        int end = Math.min(found.size(), skip + size);
        return found.subList(Math.min(skip, end), end).stream()
                .map(Published::json)
                .collect(Collectors.joining(
                        ", ", "{\"events\" : [ ", " ],\"nextPageToken\":\"" + (end < found.size() ? end : "") + "\"}"));
    }
}
