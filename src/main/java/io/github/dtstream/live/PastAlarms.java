package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.alarm.AlarmHistory;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.series.value.SeriesKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The alarms of some devices over a span, from the alarm journal. Thread-safe. */
final class PastAlarms {
    private static final int MOST = 500;

    private final Supplier<List<AlarmService>> services;

    PastAlarms(Supplier<List<AlarmService>> services) {
        this.services = services;
    }

    /** The span during which an alarm was raised; without an end it still is. */
    private record Mark(
            AlarmKey key,
            Severity severity,
            String state,
            Instant from,
            @Nullable Instant to) {}

    void write(JsonGenerator json, SeriesRequest request) throws IOException {
        Set<String> devices = request.keys().stream().map(SeriesKey::deviceId).collect(Collectors.toSet());
        json.writeArrayFieldStart("alarms");
        for (AlarmService service : services.get()) {
            for (Mark mark : marks(service, devices, request)) {
                json.writeStartObject();
                json.writeStringField("rule", mark.key().rule());
                json.writeStringField("device", mark.key().deviceId());
                json.writeStringField("subject", mark.key().subject().label());
                json.writeStringField("severity", mark.severity().label());
                json.writeStringField("state", mark.state());
                json.writeNumberField("from", mark.from().toEpochMilli());
                SeriesDocument.writeTime(json, "to", mark.to());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static List<Mark> marks(AlarmService service, Set<String> devices, SeriesRequest request)
            throws IOException {
        List<Mark> marks = new ArrayList<>();
        for (AlarmView alarm : service.alarms()) {
            if (alarm.state().isRaised()
                    && devices.contains(alarm.key().deviceId())
                    && alarm.since().toEpochMilli() < request.to()) {
                marks.add(new Mark(alarm.key(), alarm.severity(), alarm.state().label(), alarm.since(), null));
            }
        }
        Map<AlarmKey, Instant> raised = new HashMap<>();
        Set<Mark> seen = new HashSet<>();
        AlarmHistory.read(
                service.journal(),
                Instant.ofEpochMilli(request.from()),
                event -> devices.contains(String.valueOf(event.deviceId())),
                (event, change) -> {
                    Mark mark = mark(change, raised, request);
                    if (mark != null && isSeen(mark, request) && seen.add(mark)) {
                        marks.add(mark);
                    }
                    return marks.size() < MOST;
                });
        return marks;
    }

    private static boolean isSeen(Mark mark, SeriesRequest request) {
        Instant to = mark.to();
        return mark.from().toEpochMilli() < request.to() && to != null && to.toEpochMilli() >= request.from();
    }

    /**
     * The alarm that a change ends; null if it ends none. An alarm that was raised before the span is shown from the
     * begin of the span.
     *
     * @param raised the begins of alarms that have not ended yet
     */
    private static @Nullable Mark mark(AlarmChange change, Map<AlarmKey, Instant> raised, SeriesRequest request) {
        if (!(change instanceof Transition now)) {
            return null;
        }
        if (now.kind() == AlarmChange.Kind.RAISED) {
            raised.put(now.key(), now.since());
            return null;
        }
        boolean isCleared = now.kind() == AlarmChange.Kind.CLEARED;
        if (!isCleared && now.kind() != AlarmChange.Kind.ENDED) {
            return null;
        }
        Instant since = raised.remove(now.key());
        if (since == null) {
            since = isCleared ? Instant.ofEpochMilli(request.from()) : raisedBefore(now);
        }
        return since == null
                ? null
                : new Mark(now.key(), now.severity(), now.state().label(), since, now.time());
    }

    /** The begin of an alarm that has ended; null if it was only pending or shelved. */
    private static @Nullable Instant raisedBefore(Transition ended) {
        return ended.since().isBefore(ended.time()) ? ended.since() : null;
    }
}
