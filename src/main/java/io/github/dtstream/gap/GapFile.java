package io.github.dtstream.gap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The gap ledger as readable JSON: {@code {"version":1,"nextId":4,"gaps":[…]}}. */
final class GapFile {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private GapFile() {}

    /** The gap ledger's content: the identifier of the next gap, and the gaps by time. */
    record Content(long nextId, List<Gap> gaps) {
        Content {
            gaps = List.copyOf(gaps);
        }
    }

    static byte[] write(Content content) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("version", VERSION).put("nextId", content.nextId());
        ArrayNode gaps = root.putArray("gaps");
        for (Gap gap : content.gaps()) {
            gaps.add(gap(gap));
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    static Content read(byte[] bytes) throws IOException {
        try {
            JsonNode root = JSON.readTree(bytes);
            int version = required(root, "version").asInt();
            if (version != VERSION) {
                throw new IOException("it is of version " + version + "; this program knows version " + VERSION);
            }
            List<Gap> gaps = new ArrayList<>();
            for (JsonNode node : required(root, "gaps")) {
                gaps.add(gap(node));
            }
            return new Content(required(root, "nextId").asLong(), gaps);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ObjectNode gap(Gap gap) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", gap.id())
                .put("state", gap.state().label())
                .put("from", text(gap.from()))
                .put("to", text(gap.to()))
                .put("reason", gap.reason())
                .put("interruptions", gap.interruptions())
                .put("started", text(gap.started()))
                .put("ended", text(gap.ended()));
        if (gap.endsNotBefore() != null) {
            node.put("endsNotBefore", text(gap.endsNotBefore()));
        }
        if (gap.unfillable() != null) {
            node.put("unfillable", gap.unfillable());
        }
        if (!gap.progress().equals(FillProgress.NONE)) {
            node.set("progress", progress(gap.progress()));
        }
        return node;
    }

    private static Gap gap(JsonNode node) throws IOException {
        return new Gap(
                required(node, "id").asLong(),
                Instant.parse(required(node, "from").asText()),
                instant(node, "to"),
                instant(node, "endsNotBefore"),
                required(node, "reason").asText(),
                required(node, "interruptions").asInt(),
                Gap.State.ofLabel(required(node, "state").asText()),
                node.has("progress") ? progress(node.get("progress")) : FillProgress.NONE,
                instant(node, "started"),
                instant(node, "ended"),
                node.hasNonNull("unfillable") ? node.get("unfillable").asText() : null);
    }

    private static ObjectNode progress(FillProgress progress) {
        ObjectNode node = JSON.createObjectNode()
                .put("pass", progress.lastPass() ? "last" : "first")
                .put("passStarted", text(progress.passStarted()))
                .put("devicesDone", progress.devicesDone())
                .put("devicesTotal", progress.devicesTotal())
                .put("devicesEarly", progress.devicesEarly())
                .put("eventsFound", progress.eventsFound())
                .put("eventsNew", progress.eventsNew())
                .put("eventsInvalid", progress.eventsInvalid())
                .put("devicesGone", progress.devicesGone())
                .put("estimatedEnd", text(progress.estimatedEnd()));
        putNames(node, "gone", progress.gone());
        putNames(node, "unread", progress.unread());
        putNames(node, "reasons", progress.reasons());
        return node;
    }

    private static FillProgress progress(JsonNode node) throws IOException {
        return new FillProgress(
                instant(node, "passStarted"),
                required(node, "pass").asText().equals("last"),
                required(node, "devicesDone").asInt(),
                required(node, "devicesTotal").asInt(),
                required(node, "devicesEarly").asInt(),
                required(node, "eventsFound").asLong(),
                required(node, "eventsNew").asLong(),
                required(node, "eventsInvalid").asLong(),
                required(node, "devicesGone").asInt(),
                names(node, "gone"),
                unread(node),
                names(node, "reasons"),
                instant(node, "estimatedEnd"));
    }

    /**
     * Releases before this one called them postponed, and kept refused devices in a list of their own, with the cloud's
     * words.
     */
    private static List<String> unread(JsonNode node) {
        Set<String> devices = new LinkedHashSet<>(names(node, "unread"));
        devices.addAll(names(node, "postponed"));
        names(node, "refused").forEach(sentence -> devices.add(sentence.split(":", 2)[0]));
        return List.copyOf(devices);
    }

    private static void putNames(ObjectNode node, String field, List<String> names) {
        if (!names.isEmpty()) {
            ArrayNode array = node.putArray(field);
            names.forEach(array::add);
        }
    }

    private static List<String> names(JsonNode node, String field) {
        List<String> names = new ArrayList<>();
        node.path(field).forEach(name -> names.add(name.asText()));
        return names;
    }

    private static JsonNode required(JsonNode node, String field) throws IOException {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new IOException("the field " + field + " is missing");
        }
        return value;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static @Nullable Instant instant(JsonNode node, String field) {
        return node.hasNonNull(field) ? Instant.parse(node.get(field).asText()) : null;
    }
}
