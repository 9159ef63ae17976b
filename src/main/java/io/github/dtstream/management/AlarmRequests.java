package io.github.dtstream.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.AlarmCommand;
import io.github.dtstream.alarm.AlarmCommand.Action;
import io.github.dtstream.alarm.AlarmHistory;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.AlarmStatus;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.camel.alarm.RunningAlarms;
import io.github.dtstream.event.Event;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.NearestName;
import io.github.dtstream.web.Answer;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Request;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers requests about the alarms of a running router. Thread-safe. */
final class AlarmRequests {
    private static final int PATIENCE_SECONDS = 10;
    private static final int LONGEST_HISTORY = 10_000;

    private final RouterStatus status;
    private final Supplier<List<AlarmService>> running;
    private final int longestHistory;

    AlarmRequests(RouterStatus status) {
        this(status, () -> status.alarms().map(RunningAlarms::services).orElse(List.of()), LONGEST_HISTORY);
    }

    AlarmRequests(RouterStatus status, Supplier<List<AlarmService>> running, int longestHistory) {
        this.status = status;
        this.running = running;
        this.longestHistory = longestHistory;
    }

    private List<AlarmService> services() {
        return running.get();
    }

    /** All alarms that are not normal, and the shelved ones. */
    Answer list() {
        return Answer.json(200, json());
    }

    ObjectNode json() {
        ObjectNode answer = status.mapper().createObjectNode();
        answer.put("now", status.now().toString());
        ArrayNode streams = answer.putArray("streams");
        ArrayNode alarms = answer.putArray("alarms");
        for (AlarmService service : services()) {
            AlarmStatus now = service.status();
            ObjectNode stream = streams.addObject()
                    .put("stream", now.stream())
                    .put("rules", now.rules())
                    .put("lag", now.lag())
                    .put("changes", now.changes())
                    .put("notifications", now.notifications());
            String problem = PartHealth.problemOfAlarms(now, service.journal().status());
            if (problem != null) {
                stream.put("problem", problem);
            }
            for (AlarmView alarm : now.alarms()) {
                ObjectNode entry = alarms.addObject().put("stream", now.stream());
                put(entry, alarm);
                putQuantity(entry, service, alarm.key().rule(), alarm.key().deviceId());
            }
        }
        status.alarms()
                .ifPresent(running -> running.closed()
                        .forEach(closed -> streams.addObject()
                                .put("stream", closed.stream())
                                .put("problem", closed.problem())));
        return answer;
    }

    private static void put(ObjectNode json, AlarmView alarm) {
        put(json, alarm.key())
                .put("deviceName", alarm.deviceName())
                .put("state", alarm.state().label())
                .put("severity", alarm.severity().label())
                .put("since", alarm.since().toString())
                .put("value", alarm.value())
                .put("isStale", alarm.isStale());
        Person person = alarm.person();
        if (person != null) {
            ObjectNode who = json.putObject("person").put("name", person.name()).put("comment", person.comment());
            if (person.until() != null) {
                who.put("until", person.until().toString());
            }
        }
        if (alarm.shelvedUntil() != null) {
            json.put("shelvedUntil", alarm.shelvedUntil().toString());
        }
    }

    /**
     * Adds the quantity that the rule reads now, by the name that {@code /api/series} takes. An alarm about the stream
     * has none.
     */
    private static void putQuantity(ObjectNode json, AlarmService service, String rule, String deviceId) {
        if (!deviceId.isEmpty()) {
            service.quantity(rule).ifPresent(quantity -> json.put("quantity", quantity));
        }
    }

    private static ObjectNode put(ObjectNode json, AlarmKey key) {
        return json.put("rule", key.rule())
                .put("deviceId", key.deviceId())
                .put("subject", key.subject().label());
    }

    /**
     * Runs a command on alarms. {@code action} is acknowledge, shelve, unshelve or comment; {@code rule} names the
     * rule. {@code device} (identifier or name), {@code subject} and {@code stream} select some of its alarms; without
     * them the command is for all of them. {@code person} names the person who gives the command, {@code comment} is
     * the reason, and {@code until} the end of shelving.
     */
    Answer command(JsonNode request) throws HttpProblem {
        Action action = action(request.path("action").asText());
        String rule = request.path("rule").asText();
        String name = request.path("person").asText();
        if (name.isBlank()) {
            throw new HttpProblem(400, "person is missing: the alarm journal records who does it");
        }
        Instant until = until(action, request.path("until").asText());
        Person person = new Person(name, request.path("comment").asText(), until);
        ObjectNode answer = status.mapper().createObjectNode();
        ArrayNode done = answer.putArray("done");
        for (AlarmService service : services()) {
            for (AlarmView alarm : service.alarms()) {
                if (matches(alarm, service, request)) {
                    run(service, new AlarmCommand(action, alarm.key(), person));
                    put(done.addObject(), alarm.key()).put("deviceName", alarm.deviceName());
                }
            }
        }
        if (done.isEmpty()) {
            throw new HttpProblem(404, nothing(rule, request.path("device").asText()));
        }
        return Answer.json(200, answer);
    }

    private static boolean matches(AlarmView alarm, AlarmService service, JsonNode request) {
        String device = request.path("device").asText();
        String subject = request.path("subject").asText();
        String stream = request.path("stream").asText();
        return alarm.key().rule().equals(request.path("rule").asText())
                && (device.isEmpty() || device.equals(alarm.key().deviceId()) || device.equals(alarm.deviceName()))
                && (subject.isEmpty() || subject.equals(alarm.key().subject().label()))
                && (stream.isEmpty() || stream.equals(service.status().stream()));
    }

    private String nothing(String rule, String device) {
        List<String> rules = services().stream()
                .flatMap(service -> service.ruleNames().stream())
                .toList();
        if (!rules.contains(rule)) {
            return "there is no rule '" + rule + "'"
                    + NearestName.question(rule, rules)
                            .map(asked -> "; " + asked)
                            .orElse(
                                    rules.isEmpty()
                                            ? ". There are none."
                                            : ". There are: " + String.join(", ", rules) + ".");
        }
        List<String> others = services().stream()
                .flatMap(service -> service.alarms().stream())
                .filter(alarm -> alarm.key().rule().equals(rule))
                .map(AlarmView::deviceName)
                .distinct()
                .toList();
        return "the rule '" + rule + "' has no alarm" + (device.isEmpty() ? "" : " for '" + device + "'")
                + (others.isEmpty() ? "; all is normal" : "; it has for " + String.join(", ", others));
    }

    private static Action action(String label) throws HttpProblem {
        return Arrays.stream(Action.values())
                .filter(action -> action.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new HttpProblem(
                        400,
                        "action is '" + label + "'; use "
                                + Arrays.stream(Action.values())
                                        .map(Action::label)
                                        .collect(Collectors.joining(", "))));
    }

    private @Nullable Instant until(Action action, String text) throws HttpProblem {
        if (action != Action.SHELVE) {
            return null;
        }
        try {
            Instant until = Instant.parse(text);
            if (until.isAfter(status.now())) {
                return until;
            }
            throw new HttpProblem(400, "until is " + until + ", which is past");
        } catch (DateTimeException e) {
            throw new HttpProblem(
                    400, "until is missing or not a time such as 2026-01-31T08:00:00Z: nothing is shelved for ever");
        }
    }

    private static void run(AlarmService service, AlarmCommand command) throws HttpProblem {
        try {
            service.put(command).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new HttpProblem(409, FailureReason.of(e.getCause() == null ? e : e.getCause()));
        } catch (TimeoutException e) {
            throw new HttpProblem(
                    503,
                    "the command is not on disk yet; /health says why, and the router carries it out when that is"
                            + " mended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpProblem(503, "the router is stopping");
        }
    }

    /**
     * The entries of the alarm journal, newest last, the newest 10000 at most per stream; {@code from} and {@code to},
     * {@code rule} and {@code device} select.
     */
    Answer history(Request wanted) throws IOException, HttpProblem {
        Instant from = time(wanted.parameter("from"), Instant.EPOCH);
        Instant to = time(wanted.parameter("to"), Instant.MAX);
        ArrayNode entries = status.mapper().createArrayNode();
        for (AlarmService service : services()) {
            Deque<ObjectNode> newest = new ArrayDeque<>();
            AlarmHistory.read(service.journal(), from, event -> isIn(event, from, to), (event, change) -> {
                entry(service, event, AlarmChangeEvents.json(change), wanted).ifPresent(newest::addLast);
                if (newest.size() > longestHistory) {
                    newest.removeFirst();
                }
                return true;
            });
            entries.addAll(newest);
        }
        return Answer.json(200, entries);
    }

    private static boolean isIn(Event event, Instant from, Instant to) {
        Instant at = Instant.parse(event.timestamp());
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** Empty if the request asks for another rule or device. */
    private static Optional<ObjectNode> entry(AlarmService service, Event event, ObjectNode alarm, Request wanted) {
        String rule = alarm.path("rule").asText();
        String device = wanted.parameter("device").orElse(null);
        boolean isOfDevice = device == null
                || device.equals(event.deviceId())
                || device.equals(alarm.path("deviceName").asText());
        if (!wanted.parameter("rule").orElse(rule).equals(rule) || !isOfDevice) {
            return Optional.empty();
        }
        ObjectNode entry = JsonNodeFactory.instance
                .objectNode()
                .put("stream", service.status().stream())
                .put("eventId", event.eventId())
                .put("timestamp", event.timestamp());
        entry.setAll(alarm);
        putQuantity(entry, service, rule, alarm.path("deviceId").asText());
        return Optional.of(entry);
    }

    private static Instant time(Optional<String> text, Instant otherwise) throws HttpProblem {
        try {
            return text.map(Instant::parse).orElse(otherwise);
        } catch (DateTimeException e) {
            throw new HttpProblem(400, "'" + text.orElse("") + "' is not a time such as 2026-01-31T08:00:00Z");
        }
    }
}
