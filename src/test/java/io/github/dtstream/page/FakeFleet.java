package io.github.dtstream.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Made-up devices and their values, which depend only on device and time. Immutable.
 */
final class FakeFleet {
    static final long HOUR = 3_600_000;
    static final long DAY = 24 * HOUR;
    private static final long RHYTHM = 900_000;
    /** A name that a malicious person might type. */
    static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\">";

    static final String TURNED = "\u202Eetis rezeerF\u202C \u200F#7";

    record Device(
            String id,
            String name,
            String type,
            Map<String, String> labels,
            List<String> quantities,
            double level,
            int seed,
            boolean isSilent) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("Freezer", "temperature", List.of("temperature"), -19.5, "freezer"),
            new Kind("Cold room", "temperature", List.of("temperature"), 3.8, "cold"),
            new Kind("Office", "humidity", List.of("temperature", "humidity"), 21.6, "office"),
            new Kind("Meeting room", "co2", List.of("co2", "temperature", "humidity"), 620, "office"),
            new Kind("Back door", "contact", List.of("contact"), 0, "doors"),
            new Kind("Boiler pit", "waterDetector", List.of("water"), 0, "cellar"),
            new Kind("Desk", "deskOccupancy", List.of("desk"), 0, "office"),
            new Kind("Entrance", "proximityCounter", List.of("object count"), 0, "doors"),
            new Kind("Dock", "temperature", List.of("temperature"), 9.2, "dock"),
            new Kind("Feedback button", "touch", List.of("touch"), 0, "office"),
            new Kind("Connector", "ccon", List.of("connection"), 0, "plant"));

    private record Kind(String name, String type, List<String> quantities, double level, String zone) {}

    private final List<Device> devices = new ArrayList<>();
    private final long begin = System.currentTimeMillis();

    private FakeFleet() {}

    static FakeFleet of(int count, boolean isHostile) {
        FakeFleet fleet = new FakeFleet();
        for (int i = 0; i < count; i++) {
            Kind kind = KINDS.get(i % KINDS.size());
            int number = i / KINDS.size() + 1;
            String name = kind.name() + " " + number;
            if (isHostile && i < 6) {
                name = switch (i) {
                    case 0 -> HOSTILE;
                    case 1 -> TURNED;
                    case 2 -> "long ".repeat(2_000);
                    case 3 -> "x".repeat(10_000);
                    case 4 -> "\"'`{{7*7}}${7*7}</script><script>document.title='owned'</script>";
                    default -> "";
                };
            }
            String hex = String.format(Locale.ROOT, "b%04x", i);
            fleet.devices.add(new Device(
                    "c" + hex + "x" + kind.type().charAt(0),
                    name,
                    kind.type(),
                    Map.of("zone", isHostile && i < 4 ? HOSTILE : kind.zone(), "floor", String.valueOf(i % 4)),
                    kind.quantities(),
                    kind.level(),
                    i * 7919,
                    i % 37 == 19));
        }
        return fleet;
    }

    List<Device> devices() {
        return devices;
    }

    private static double noise(int seed, long step) {
        long h = (seed * 0x9E3779B97F4A7C15L) ^ (step * 0xC2B2AE3D27D4EB4FL);
        h ^= h >>> 29;
        h *= 0xBF58476D1CE4E5B9L;
        h ^= h >>> 32;
        return (h & 0xFFFFFF) / (double) 0xFFFFFF;
    }

    double number(Device device, String quantity, long at) {
        double day = Math.sin((at % DAY) / (double) DAY * 2 * Math.PI + device.seed());
        double wobble = noise(device.seed(), at / RHYTHM) - 0.5;
        if (device.seed() == 0 && quantity.equals("temperature") && at > begin - 80 * 60_000) {
            return Math.round((-14.4 + wobble) * 20) / 20.0; // the alarm
        }
        return switch (quantity) {
            case "humidity" -> 41 + 6 * day + 2 * wobble;
            case "co2" -> Math.round(Math.max(410, 560 + 320 * Math.max(0, day) + 40 * wobble));
            case "object count" -> Math.floor(at / 240_000.0 % 100_000);
            case "temperature" -> {
                double level = device.type().equals("co2") ? 22.1 : device.level();
                boolean isDefrost = level < -10 && (at + device.seed() * 60_000L) % (6 * HOUR) < 40 * 60_000;
                yield Math.round((level + 0.9 * day + 0.8 * wobble + (isDefrost ? 4.5 : 0)) * 20) / 20.0;
            }
            default -> 0;
        };
    }

    private int stateOf(Device device, long at) {
        if (device.seed() == 4 * 7919 && at > begin - 3 * HOUR) {
            return 0; // the alarm
        }
        return noise(device.seed(), at / (RHYTHM * 3)) < 0.3 ? 0 : 1;
    }

    void put(ArrayNode to, Device device, String name, long at) {
        Quantity quantity = Quantity.named(name).orElseThrow();
        switch (quantity.kind()) {
            case STATE -> to.add(quantity.states().get(quantity == Quantity.CONNECTION ? 1 : stateOf(device, at)));
            case PULSE -> to.add("TOUCHED");
            default -> to.add(number(device, name, at));
        }
    }

    ObjectNode document(ObjectMapper mapper, long sequence, String now) {
        ObjectNode document =
                mapper.createObjectNode().put("sequence", sequence).put("now", now);
        ArrayNode list = document.putArray("devices");
        long time = System.currentTimeMillis();
        for (Device device : devices) {
            long seen = device.isSilent() ? time - 5 * HOUR : time - Math.floorMod(device.seed() * 37L, RHYTHM);
            ObjectNode json = list.addObject()
                    .put("id", device.id())
                    .put("project", "acme-facilities")
                    .put("name", device.name())
                    .put("type", device.type());
            json.put("productNumber", "10" + device.seed() % 9000);
            ObjectNode labels = json.putObject("labels");
            device.labels().forEach(labels::put);
            ObjectNode values = json.putObject("values");
            for (String quantity : device.quantities()) {
                ArrayNode value = values.putArray(quantity);
                put(value, device, quantity, seen);
                value.add(seen);
            }
            json.put("seen", seen)
                    .put("rhythm", 900)
                    .put("battery", 100 - device.seed() % 93)
                    .put("signal", 20 + device.seed() % 80);
        }
        ObjectNode quantities = document.putObject("quantities");
        for (Quantity quantity : Quantity.values()) {
            ObjectNode json = quantities
                    .putObject(quantity.key())
                    .put("unit", quantity.unit())
                    .put("kind", quantity.kind().name().toLowerCase(Locale.ROOT));
            quantity.states().forEach(json.putArray("states")::add);
        }
        return document;
    }

    List<ObjectNode> alarms(ObjectMapper mapper) {
        long now = System.currentTimeMillis();
        Device freezer = devices.get(0);
        Device door = devices.get(Math.min(4, devices.size() - 1));
        ObjectNode raised = mapper.createObjectNode()
                .put("stream", "acme-facilities")
                .put("rule", "freezer-too-warm")
                .put("deviceId", freezer.id())
                .put("subject", "value")
                .put("deviceName", freezer.name())
                .put("state", "unacknowledged")
                .put("severity", "critical")
                .put("since", FakeRouter.iso(now - 50 * 60_000))
                .put("value", "-14.3 °C")
                .put("isStale", false)
                .put("quantity", "temperature");
        ObjectNode seen = mapper.createObjectNode()
                .put("stream", "acme-facilities")
                .put("rule", "door-open")
                .put("deviceId", door.id())
                .put("subject", "value")
                .put("deviceName", door.name())
                .put("state", "acknowledged")
                .put("severity", "warning")
                .put("since", FakeRouter.iso(now - 3 * HOUR))
                .put("value", "OPEN")
                .put("isStale", false)
                .put("quantity", door.quantities().get(0));
        seen.putObject("person")
                .put("name", "Kari")
                .put("comment", "Delivery, closes at four")
                .put("until", FakeRouter.iso(now + HOUR));
        return List.of(raised, seen);
    }

    ArrayNode history(ObjectMapper mapper) {
        ArrayNode list = mapper.createArrayNode();
        long now = System.currentTimeMillis();
        Device freezer = devices.get(0);
        for (int day = 5; day > 0; day--) {
            for (String change : List.of("raised", "acknowledged", day == 1 ? "ended" : "cleared")) {
                int minutes = change.equals("raised") ? 0 : change.equals("acknowledged") ? 12 : 95;
                ObjectNode json = list.addObject()
                        .put("stream", "acme-facilities")
                        .put("timestamp", FakeRouter.iso(now - day * DAY + minutes * 60_000L))
                        .put("change", change)
                        .put("rule", "freezer-too-warm")
                        .put("deviceId", freezer.id())
                        .put("subject", "value")
                        .put("deviceName", freezer.name())
                        .put("severity", "critical")
                        .put("since", FakeRouter.iso(now - day * DAY))
                        .put("reason", "temperature was above -15 °C for 30 minutes")
                        .put("quantity", "temperature");
                if (change.equals("acknowledged")) {
                    json.putObject("person").put("name", "Kari").put("comment", "Defrosting");
                }
            }
        }
        return list;
    }

    ObjectNode trial(ObjectMapper mapper) {
        long now = System.currentTimeMillis();
        Device freezer = devices.get(0);
        ObjectNode report = mapper.createObjectNode()
                .put("records", 412_018)
                .put("begin", FakeRouter.iso(now - 7 * DAY))
                .put("end", FakeRouter.iso(now));
        report.putArray("rules")
                .addObject()
                .put("rule", "freezer-too-warm")
                .put("alarms", 3)
                .put("devices", 1)
                .put("notifications", 6)
                .put("notificationsPerDay", 0.9)
                .put("flapping", 0)
                .put("longestSeconds", 5_700);
        ArrayNode marks = report.putArray("marks");
        for (int i = 1; i < 4; i++) {
            marks.addObject()
                    .put("rule", "freezer-too-warm")
                    .put("device", freezer.id())
                    .put("name", freezer.name())
                    .put("severity", "critical")
                    .put("from", FakeRouter.iso(now - i * 2 * DAY))
                    .put("to", FakeRouter.iso(now - i * 2 * DAY + 95 * 60_000))
                    .put("reason", "above -15 °C for 30 minutes");
        }
        return report;
    }

    /**
     * Answers as the router does: every value while they are few, otherwise the smallest and the largest of each
     * absolute step.
     */
    ObjectNode series(ObjectMapper mapper, List<String[]> query, List<long[]> gaps, List<ObjectNode> alarms) {
        long from = 0;
        long to = 0;
        int width = 1000;
        List<String> wanted = new ArrayList<>();
        for (String[] pair : query) {
            switch (pair[0]) {
                case "from" -> from = Long.parseLong(pair[1]);
                case "to" -> to = Math.min(Long.parseLong(pair[1]), System.currentTimeMillis());
                case "width" -> width = Integer.parseInt(pair[1]);
                default -> wanted.add(pair[1]);
            }
        }
        long step = (to - from) / RHYTHM <= width ? 0 : 2 * HOUR;
        ObjectNode answer = mapper.createObjectNode()
                .put("from", from)
                .put("to", to)
                .put("step", step)
                .put("sequence", 1);
        ArrayNode list = answer.putArray("series");
        ArrayNode limits = answer.putArray("limits");
        ArrayNode marks = answer.putArray("alarms");
        for (String one : wanted) {
            Device device = devices.stream()
                    .filter(each -> each.id().equals(one.substring(0, one.lastIndexOf('/'))))
                    .findFirst()
                    .orElseThrow();
            Quantity quantity =
                    Quantity.named(one.substring(one.lastIndexOf('/') + 1)).orElseThrow();
            ObjectNode json = list.addObject()
                    .put("device", device.id())
                    .put("name", device.name())
                    .put("quantity", quantity.key());
            json.put("unit", quantity.unit()).put("kind", quantity.kind().name().toLowerCase(Locale.ROOT));
            quantity.states().forEach(json.putArray("states")::add);
            switch (quantity.kind()) {
                case STATE -> states(json, device, from, to, gaps);
                case PULSE -> pulses(json, device, from, to);
                default -> numbers(json, device, quantity.key(), from, to, step, gaps);
            }
            if (quantity == Quantity.TEMPERATURE && device.level() < -10) {
                limits.addObject()
                        .put("rule", "freezer-too-warm")
                        .put("severity", "critical")
                        .put("device", device.id())
                        .put("quantity", "temperature")
                        .put("above", -15);
            }
            for (JsonNode alarm : alarms) {
                if (alarm.path("deviceId").asText().equals(device.id())) {
                    marks.addObject()
                            .put("rule", alarm.path("rule").asText())
                            .put("device", device.id())
                            .put("severity", alarm.path("severity").asText())
                            .put("state", alarm.path("state").asText())
                            .put("from", alarm.path("since").asText())
                            .putNull("to");
                }
            }
        }
        ArrayNode spans = answer.putArray("gaps");
        for (long[] gap : gaps) {
            ObjectNode json =
                    spans.addObject().put("from", FakeRouter.iso(gap[0])).put("state", "filling");
            json.put("to", gap[1] == Long.MAX_VALUE ? null : FakeRouter.iso(gap[1]));
        }
        return answer;
    }

    private static boolean isIn(List<long[]> gaps, long at) {
        return gaps.stream().anyMatch(gap -> at >= gap[0] && at < gap[1]);
    }

    private void numbers(
            ObjectNode json, Device device, String quantity, long from, long to, long step, List<long[]> gaps) {
        ArrayNode t = json.putArray("t");
        long phase = Math.floorMod(device.seed() * 37L, RHYTHM);
        if (step == 0) {
            ArrayNode v = json.putArray("v");
            for (long at = (from / RHYTHM + 1) * RHYTHM + phase - RHYTHM; at <= to; at += RHYTHM) {
                if (at >= from && !isIn(gaps, at)) {
                    t.add(at);
                    v.add(number(device, quantity, at));
                }
            }
            return;
        }
        ArrayNode min = json.putArray("min");
        ArrayNode max = json.putArray("max");
        ArrayNode n = json.putArray("n");
        for (long bucket = from / step * step; bucket <= to; bucket += step) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            int count = 0;
            for (long at = bucket; at < Math.min(bucket + step, to); at += RHYTHM) {
                if (!isIn(gaps, at)) {
                    double value = number(device, quantity, at);
                    least = Math.min(least, value);
                    most = Math.max(most, value);
                    count++;
                }
            }
            if (count > 0) {
                t.add(bucket);
                min.add(least);
                max.add(most);
                n.add(count);
            }
        }
    }

    private void states(ObjectNode json, Device device, long from, long to, List<long[]> gaps) {
        ArrayNode t = json.putArray("t");
        ArrayNode v = json.putArray("v");
        int before = -1;
        for (long at = from / (3 * RHYTHM) * (3 * RHYTHM); at <= to; at += 3 * RHYTHM) {
            int state = device.type().equals("ccon") ? 1 : stateOf(device, at);
            if (state != before && !isIn(gaps, at)) {
                t.add(at);
                v.add(state);
                before = state;
            }
        }
    }

    private static void pulses(ObjectNode json, Device device, long from, long to) {
        ArrayNode t = json.putArray("t");
        for (long at = from / HOUR * HOUR; at <= to; at += HOUR) {
            if (noise(device.seed(), at) < 0.4 && at >= from) {
                t.add(at);
            }
        }
    }
}
