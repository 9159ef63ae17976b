package io.github.dtstream.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.http.PageToken;
import io.github.dtstream.simulator.http.Parameters;
import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.stream.LabelMatch;
import io.github.dtstream.simulator.stream.StreamFilter;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Serves the project, its device list, and each device. */
final class DeviceEndpoint {
    private static final int MAX_PAGE = 100;

    private final Project project;
    private final LabelMatch labelMatch;
    private final Faults faults;

    DeviceEndpoint(Project project, LabelMatch labelMatch, Faults faults) {
        this.project = project;
        this.faults = faults;
        this.labelMatch = labelMatch;
    }

    void project(Request request) throws IOException, HttpError {
        request.requireMethod("GET");
        request.answer(200, describeProject().toString());
    }

    void projects(Request request) throws IOException, HttpError {
        request.requireMethod("GET");
        ObjectNode body = Json.object();
        body.putArray("projects").add(describeProject());
        body.put("nextPageToken", "");
        request.answer(200, body.toString());
    }

    private ObjectNode describeProject() {
        long connectors = project.devices().stream()
                .filter(device -> device.type() == DeviceType.CLOUD_CONNECTOR)
                .count();
        ObjectNode body = Json.object();
        body.put("name", "projects/" + project.id());
        body.put("displayName", "Simulated project");
        body.put("inventory", false);
        body.put("organization", "organizations/c11humqoss9000pgu53g");
        body.put("organizationDisplayName", "Simulated organization");
        body.put("sensorCount", project.devices().size() - connectors);
        body.put("cloudConnectorCount", connectors);
        return body;
    }

    void device(Request request, Device device) throws IOException, HttpError {
        request.requireMethod("GET");
        request.answer(200, describe(device).toString());
    }

    /** Serves the devices of the list that fulfil a condition. */
    void list(Request request, Predicate<Device> condition) throws IOException, HttpError {
        Parameters query = request.query();
        StreamFilter filter = StreamFilter.of(query, labelMatch);
        String text = query.scalar("query").orElse("").toLowerCase(Locale.ROOT);
        int size = query.pageSize(MAX_PAGE);
        Optional<String> token = query.scalar("page_token");
        String after = token.isPresent() ? PageToken.place(token.get()) : "";
        List<Device> found = listed(request)
                .filter(device -> device.id().compareTo(after) > 0)
                .filter(condition)
                .filter(filter::lists)
                .filter(device -> text.isEmpty() || mentions(device, text))
                .limit(size + 1L)
                .toList();

        int most = faults.nextListLength();
        boolean more = found.size() > size && most > size;
        ObjectNode body = Json.object();
        ArrayNode devices = body.putArray("devices");
        for (Device device : found.subList(0, Math.min(found.size(), Math.min(size, most)))) {
            devices.add(describe(device));
        }
        body.put("nextPageToken", more ? PageToken.of(found.get(size - 1).id()) : "");
        request.answer(200, body.toString());
    }

    /** All devices, or fewer if a weather removes some. */
    private Stream<Device> listed(Request request) {
        Stream<Device> all = project.devices().stream();
        if (request.meets(Weather.NO_DEVICES)) {
            return Stream.empty();
        }
        return request.meets(Weather.FEW_DEVICES) ? all.limit(project.devices().size() / 2) : all;
    }

    private static boolean mentions(Device device, String text) {
        return device.id().contains(text)
                || device.labels().values().stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(text));
    }

    ObjectNode describe(Device device) throws IOException {
        ObjectNode body = Json.object();
        body.put("name", "projects/" + project.id() + "/devices/" + device.id());
        body.put("type", device.type().apiName());
        body.put("productNumber", device.productNumber());
        body.set("labels", Json.object(device.labels()));
        ObjectNode reported = Json.object();
        for (SimulatedEvent event : device.reported().values()) {
            JsonNode data = Json.parse(event.json()).path("data").path(event.eventType());
            if (data.isObject()) {
                reported.set(event.eventType(), data);
            }
        }
        if (!reported.isEmpty()) {
            body.set("reported", reported);
        }
        return body;
    }
}
