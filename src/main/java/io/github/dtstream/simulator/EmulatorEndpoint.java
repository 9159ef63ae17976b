package io.github.dtstream.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.EventText;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Request;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates and deletes emulated devices, and publishes events of them. */
final class EmulatorEndpoint {
    private static final String NETWORK_STATUS =
            "{\"signalStrength\":99,\"rssi\":0,\"cloudConnectors\":[{\"id\":\"emulated-ccon\",\"signalStrength\":99,"
                    + "\"rssi\":0}],\"transmissionMode\":\"LOW_POWER_STANDARD_MODE\"}";

    /** The fields that a sample shares with its event, by event type. */
    private static final Map<String, List<String>> SAMPLED =
            Map.of("temperature", List.of("value"), "humidity", List.of("temperature", "relativeHumidity"));

    private final Project project;
    private final DeviceEndpoint devices;
    private final Clock clock;

    EmulatorEndpoint(Project project, DeviceEndpoint devices, Clock clock) {
        this.project = project;
        this.devices = devices;
        this.clock = clock;
    }

    void collection(Request request) throws IOException, HttpError {
        request.requireMethod("GET", "POST");
        if (request.method().equals("GET")) {
            devices.list(request, Device::isEmulated);
            return;
        }
        JsonNode body = request.object();
        String name = body.path("type").asText();
        DeviceType type =
                DeviceType.ofApiName(name).orElseThrow(() -> new HttpError(400, "unknown device type: " + name));
        Map<String, String> labels = new LinkedHashMap<>();
        body.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        request.answer(200, devices.describe(project.addEmulated(type, labels)).toString());
    }

    void one(Request request, Device device) throws IOException, HttpError {
        request.requireMethod("GET", "DELETE");
        if (request.method().equals("GET")) {
            devices.device(request, device);
            return;
        }
        project.removeDevice(device.id());
        request.answer(200, "{}");
    }

    void publish(Request request, Device device) throws IOException, HttpError {
        request.requireMethod("POST");
        JsonNode body = request.object();
        if (body.size() != 1) {
            throw new HttpError(400, "the body must hold exactly one event");
        }
        String eventType = body.fieldNames().next();
        if (eventType.equals("labelsChanged") || !device.type().sends(eventType)) {
            throw new HttpError(400, "devices of type " + device.type().apiName() + " cannot publish " + eventType);
        }
        if (!(body.get(eventType) instanceof ObjectNode data)) {
            throw new HttpError(400, eventType + " is no object");
        }
        Instant now = clock.instant();
        complete(eventType, data, now);
        project.publish(device, eventType, data.toString(), now, SimulatedEvent.Origin.LIVE);
        if (!eventType.equals("networkStatus") && device.type().sends("networkStatus")) {
            project.publish(device, "networkStatus", NETWORK_STATUS);
        }
        request.answer(200, "{}");
    }

    /** Adds the fields that the cloud's events always have, as the vendor's clients fail without them. */
    private static void complete(String eventType, ObjectNode data, Instant now) {
        if (!data.has("updateTime")) {
            data.put("updateTime", EventText.timestamp(now));
        }
        List<String> sampled = SAMPLED.get(eventType);
        if (sampled == null) {
            return;
        }
        if (!data.has("samples")) {
            ObjectNode sample = data.deepCopy().retain(sampled);
            sample.set("sampleTime", data.get("updateTime"));
            data.putArray("samples").add(sample);
        }
        if (!data.has("isBackfilled")) {
            data.put("isBackfilled", false);
        }
    }
}
