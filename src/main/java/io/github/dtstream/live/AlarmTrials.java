package io.github.dtstream.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.trial.AlarmTrial;
import io.github.dtstream.alarm.trial.RuleTrial;
import io.github.dtstream.alarm.trial.RuleTrial.Raised;
import io.github.dtstream.alarm.trial.TrialReport;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.web.Answer;
import io.github.dtstream.web.HttpProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/alarms/try}: tries alarm rules on the past. One trial at a time, as it reads much. Thread-safe. */
final class AlarmTrials {
    private static final int MOST_DAYS = 366;
    private static final int USUAL_DAYS = 7;
    private static final int MOST_MARKS = 2_000;

    private final Supplier<List<AlarmRule>> inForce;
    private final Supplier<List<Past>> pasts;
    private final InstantSource clock;
    private final UnaryOperator<String> placeholders;
    private final Semaphore running = new Semaphore(1);

    /**
     * What a stream received.
     *
     * @param devices finds a device of its project by its identifier
     */
    record Past(Journal journal, Function<String, Optional<Device>> devices) {
        static Past of(EventStream stream) {
            return new Past(stream.journal(), stream::device);
        }
    }

    /**
     * @param inForce gives the rules in force
     * @param pasts gives what each stream received
     * @param placeholders replaces placeholders in rules
     */
    AlarmTrials(
            Supplier<List<AlarmRule>> inForce,
            Supplier<List<Past>> pasts,
            InstantSource clock,
            UnaryOperator<String> placeholders) {
        this.inForce = inForce;
        this.pasts = pasts;
        this.clock = clock;
        this.placeholders = placeholders;
    }

    /**
     * Runs a trial.
     *
     * @param request {@code rules}: YAML text, by default the rules in force; {@code days}: how far back, 7 by default
     * @throws HttpProblem if there are no rules, or another trial is running
     */
    Answer answer(JsonNode request) throws IOException, HttpProblem {
        int days = Math.max(1, Math.min(MOST_DAYS, request.path("days").asInt(USUAL_DAYS)));
        List<AlarmRule> rules = inForce.get();
        if (request.hasNonNull("rules")) {
            AlarmRules read = read(request.path("rules").asText());
            Optional<Finding> error =
                    read.findings().stream().filter(Finding::isError).findFirst();
            if (error.isPresent()) {
                return refused(error.get());
            }
            rules = read.rules();
        }
        if (rules.isEmpty()) {
            throw new HttpProblem(400, "there are no alarm rules to try");
        }
        if (!running.tryAcquire()) {
            throw new HttpProblem(503, "another trial is under way; try again when it is done");
        }
        try {
            return Answer.json(200, trial(rules, clock.instant().minus(Duration.ofDays(days))));
        } finally {
            running.release();
        }
    }

    private AlarmRules read(String text) {
        RouteFile file = RouteFile.of(Path.of("tried.alarms.yaml"), text);
        return AlarmRules.read(
                List.of(file), (of, scalar, findings) -> Optional.of(placeholders.apply(scalar.getValue())));
    }

    private static Answer refused(Finding error) {
        return Answer.json(
                400,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("error", error.message() + (error.hint() == null ? "" : "; " + error.hint()))
                        .put("line", error.line())
                        .put("column", error.column()));
    }

    /** Tries the rules on each stream alone, as each has its own time and its own alarms. */
    private ObjectNode trial(List<AlarmRule> rules, Instant from) throws IOException {
        TrialReport all = new AlarmTrial(rules, id -> Optional.empty()).report();
        for (Past past : pasts.get()) {
            AlarmTrial trial = new AlarmTrial(rules, id -> past.devices().apply(id));
            past.journal().scan(from, record -> {
                trial.on(record);
                return true;
            });
            all = all.and(trial.report());
        }
        return json(all, rules.stream().collect(Collectors.toMap(AlarmRule::name, rule -> rule)));
    }

    private static ObjectNode json(TrialReport report, Map<String, AlarmRule> rules) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("records", report.records())
                .put("begin", report.begin().toString())
                .put("end", report.end().toString());
        ArrayNode all = json.putArray("rules");
        ArrayNode marks = json.putArray("marks");
        for (RuleTrial rule : report.rules()) {
            all.addObject()
                    .put("rule", rule.rule())
                    .put("alarms", rule.alarms().size())
                    .put("devices", rule.devices())
                    .put("notifications", rule.notifications())
                    .put("notificationsPerDay", report.notificationsPerDay(rule))
                    .put("flapping", rule.flapping())
                    .put(
                            "longestSeconds",
                            rule.longest(report.end())
                                    .map(alarm -> alarm.length(report.end()).toSeconds())
                                    .orElse(null));
            AlarmRule tried = rules.get(rule.rule());
            for (Raised alarm : rule.alarms()) {
                if (marks.size() < MOST_MARKS) {
                    put(marks.addObject(), alarm, tried);
                }
            }
        }
        return json;
    }

    private static void put(ObjectNode json, Raised alarm, @Nullable AlarmRule rule) {
        json.put("rule", alarm.key().rule())
                .put("device", alarm.key().deviceId())
                .put("name", alarm.deviceName())
                .put("subject", alarm.key().subject().label())
                .put("from", alarm.since().toEpochMilli())
                .put("to", alarm.until().map(Instant::toEpochMilli).orElse(null))
                .put("severity", rule == null ? "" : rule.severity().label())
                .put("late", alarm.isLate())
                .put("reason", alarm.reason());
        if (rule != null) {
            rule.quantity().ifPresent(quantity -> json.put("quantity", quantity.key()));
        }
    }
}
