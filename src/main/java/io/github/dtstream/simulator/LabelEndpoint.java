package io.github.dtstream.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.http.Request;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Edits the labels of devices; each changed device sends an event. */
final class LabelEndpoint {
    private final Project project;

    LabelEndpoint(Project project) {
        this.project = project;
    }

    void update(Request request) throws IOException, HttpError {
        request.requireMethod("POST");
        JsonNode body = request.object();
        Map<String, String> set = labels(body.path("addLabels"));
        Set<String> remove = texts("removeLabels", body.path("removeLabels"));
        Set<String> devices = texts("devices", body.path("devices"));
        if (devices.isEmpty()) {
            throw new HttpError(400, "devices is empty");
        }
        ObjectNode answer = Json.object();
        ArrayNode errors = answer.putArray("batchErrors");
        for (String name : devices) {
            Optional<Device> device = named(name);
            if (device.isPresent()) {
                project.relabel(device.get(), set, remove);
            } else {
                errors.addObject()
                        .put("device", name)
                        .putObject("status")
                        .put("code", "NOT_FOUND")
                        .put("message", "device not found");
            }
        }
        request.answer(200, answer.toString());
    }

    private Optional<Device> named(String name) {
        String prefix = "projects/" + project.id() + "/devices/";
        return name.startsWith(prefix) ? project.device(name.substring(prefix.length())) : Optional.empty();
    }

    private static Map<String, String> labels(JsonNode object) throws HttpError {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> label : object.properties()) {
            labels.put(label.getKey(), text("addLabels", label.getValue()));
        }
        return labels;
    }

    private static Set<String> texts(String field, JsonNode array) throws HttpError {
        Set<String> texts = new LinkedHashSet<>();
        for (JsonNode text : array) {
            texts.add(text(field, text));
        }
        return texts;
    }

    private static String text(String field, JsonNode value) throws HttpError {
        if (!value.isTextual()) {
            throw new HttpError(400, field + " holds what is no text: " + value);
        }
        return value.asText();
    }
}
