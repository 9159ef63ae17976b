package io.github.dtstream.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.management.Health;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesStatus;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.StreamCounters;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code /api/now}: the current state of the router. Thread-safe. */
final class NowDocument {
    private static final Duration GAPS_ARE_TOLD = Duration.ofDays(1);
    private static final int MOST_GAPS = 50;

    private final RouterStatus status;
    private final RunningSeries series;
    private final Path dataFolder;
    private final Instant startedAt;
    private final String version;
    private final RecordTimes times = new RecordTimes();

    NowDocument(RouterStatus status, RunningSeries series, Path dataFolder, Instant startedAt, String version) {
        this.status = status;
        this.series = series;
        this.dataFolder = dataFolder;
        this.startedAt = startedAt;
        this.version = version;
    }

    ObjectNode json() {
        Instant now = status.now();
        List<Health> parts = new ArrayList<>(status.health());
        List<SeriesStatus> graphs =
                series.all().stream().map(SeriesIndex::status).toList();
        graphs.forEach(each -> parts.add(Troubles.ofGraphs(each, now)));
        List<AlarmService> alarms = status.alarmServices();
        Troubles troubles = new Troubles(status);
        String more = (Troubles.alarms(alarms) + " " + Troubles.elsewhere(status.elsewhere())).strip();
        Verdict verdict = Verdict.of(troubles.of(parts), troubles.wellSince(startedAt), isByPush(), more, now);

        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("now", now.toString());
        json.put("version", version);
        json.put("name", status.name());
        json.put("startedAt", startedAt.toString());
        putHeap(json.putObject("heap"));
        putTime(
                json.putObject("verdict").put("status", verdict.status().name()).put("sentence", verdict.sentence()),
                "since",
                verdict.since());
        ArrayNode checks = json.putArray("checks");
        parts.forEach(part -> checks.addObject()
                .put("part", part.part().toString())
                .put("status", part.status().name())
                .put("message", part.message()));
        putStreams(json, now);
        status.node().ifPresent(node -> putGroup(json.putObject("group"), node));
        putRoutes(json.putArray("routes"), parts, now);
        putDisk(json.putArray("disk"));
        ObjectNode rejected = json.putObject("rejected");
        status.rejectFiles().forEach(file -> file.counts().forEach((reason, count) -> add(rejected, reason, count)));
        putGraphs(json.putArray("graphs"), graphs);
        putAlarms(json.putObject("alarms"), alarms);
        return json;
    }

    private void putHeap(ObjectNode heap) {
        Runtime runtime = Runtime.getRuntime();
        heap.put("used", runtime.totalMemory() - runtime.freeMemory()).put("max", runtime.maxMemory());
        heap.put(
                "budget",
                status.memory().stream().mapToLong(MemoryBudget::bytes).sum());
        ObjectNode held = heap.putObject("held");
        status.memory().forEach(budget -> budget.used().forEach((holder, bytes) -> add(held, holder.label(), bytes)));
    }

    private void putStreams(ObjectNode json, Instant now) {
        ArrayNode streams = json.putArray("streams");
        ArrayNode gaps = json.putArray("gaps");
        ArrayNode journals = json.putArray("journal");
        long unfillable = 0;
        for (EventStream stream : status.streams()) {
            JournalStatus journal = stream.journal().status();
            putStream(streams.addObject(), stream, journal);
            List<Gap> known = stream.gaps();
            putGaps(gaps, stream.name(), known, now);
            unfillable += known.stream()
                    .filter(gap -> gap.state() == Gap.State.UNFILLABLE)
                    .count();
            ObjectNode one = journals.addObject()
                    .put("stream", stream.name())
                    .put("bytes", orNull(journal.bytes()))
                    .put("maxBytes", orNull(journal.maxBytes()))
                    .put("days", stream.journalRetention().toDays())
                    .put("events", journal.events());
            putTime(one, "oldest", times.of(stream.journal(), journal.firstSequence()));
            putTime(one, "newest", journal.lastReceived());
        }
        json.put("unfillableGaps", unfillable);
    }

    private static @Nullable Long orNull(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }

    private static void putStream(ObjectNode json, EventStream stream, JournalStatus journal) {
        json.put("stream", stream.name())
                .put("project", stream.projectId())
                .put("account", stream.account().isEmpty() ? null : stream.account())
                .put("state", stream.sessionState().label())
                .put("since", stream.sessionState().since().toString())
                .put(
                        "lastByteSeconds",
                        stream.silence().map(NowDocument::seconds).orElse(null))
                .put("silentAfterSeconds", seconds(stream.silenceLimit()));
        ObjectNode reconnects = json.putObject("reconnects");
        stream.reconnects().forEach(reconnects::put);
        json.put("renewals", stream.renewals())
                .put("events", events(stream.counters()))
                .put("duplicates", journal.duplicates())
                .put("lost", journal.lost())
                .put("perSecond", rounded(stream.perSecond()));
        putTime(json, "lastReceived", journal.lastReceived());
    }

    private void putGroup(ObjectNode group, String node) {
        group.put("node", node);
        ArrayNode holders = group.putArray("holders");
        for (Holding holding : status.holdings()) {
            ObjectNode one = holders.addObject().put("stream", holding.stream()).put("node", holding.node());
            putTime(one, "since", holding.since());
            one.put("why", holding.why());
        }
    }

    private boolean isByPush() {
        return status.streams().stream().anyMatch(stream -> stream.sessionState() instanceof SessionState.Unheld);
    }

    private static long events(StreamCounters counters) {
        return counters.live() + counters.history() + counters.pushed();
    }

    private static void putGaps(ArrayNode json, String stream, List<Gap> known, Instant now) {
        List<Gap> told = known.stream()
                .filter(gap -> gap.ended() == null || gap.ended().isAfter(now.minus(GAPS_ARE_TOLD)))
                .toList();
        for (Gap gap : told.subList(Math.max(0, told.size() - MOST_GAPS), told.size())) {
            boolean isFilling = gap.state() == Gap.State.FILLING;
            ObjectNode one = json.addObject()
                    .put("stream", stream)
                    .put("from", gap.from().toString());
            putTime(one, "to", gap.to());
            one.put("state", gap.state().label())
                    .put("progress", isFilling ? gap.progress().percent() / 100.0 : null)
                    .put("filled", gap.progress().eventsNew())
                    .put("reason", gap.unfillable() == null ? gap.reason() : gap.unfillable());
        }
    }

    private void putRoutes(ArrayNode json, List<Health> parts, Instant now) {
        for (RouterStatus.RouteState route : status.routeStates()) {
            ObjectNode one = json.addObject().put("route", route.route()).put("state", route.state());
            route.delivery().ifPresent(delivery -> putDelivery(one, route, delivery, now));
            one.put("advice", advice(route, parts));
        }
    }

    /** The message of health about the worst of the route's projects; null if all is well. */
    private static @Nullable String advice(RouterStatus.RouteState route, List<Health> parts) {
        return parts.stream()
                .filter(part -> part.part().kind() == Health.Kind.ROUTE
                        && route.parts().contains(part.part().name()))
                .filter(part -> part.status() != Health.Status.UP)
                .max(Comparator.comparing(Health::status))
                .map(part -> (part.part().name().equals(route.route())
                                ? ""
                                : part.part().name() + ": ")
                        + part.message())
                .orElse(null);
    }

    private void putDelivery(ObjectNode json, RouterStatus.RouteState route, DeliveryStatus delivery, Instant now) {
        json.put("lag", delivery.lag())
                .put(
                        "lagSeconds",
                        route.deliveries().stream()
                                .flatMap(each -> lag(each, now).stream())
                                .max(Comparator.naturalOrder())
                                .map(NowDocument::seconds)
                                .orElse(null))
                .put("perSecond", rounded(delivery.perSecond()))
                .put("delivered", delivery.delivered())
                .put("refused", delivery.setAside().count())
                .put("failures", delivery.failures())
                .put("lastError", delivery.lastFailure());
        putTime(json, "since", delivery.failingSince() == null ? delivery.lastDelivered() : delivery.failingSince());
    }

    /** The age of the oldest event that the route has not delivered; empty if it is not known. */
    private Optional<Duration> lag(RouterStatus.RouteDelivery delivery, Instant now) {
        long lag = delivery.status().lag();
        if (lag == 0) {
            return Optional.of(Duration.ZERO);
        }
        return delivery.journal().flatMap(journal -> {
            Instant received = times.of(journal, journal.status().nextSequence() - lag);
            return Optional.ofNullable(received)
                    .map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now));
        });
    }

    private void putDisk(ArrayNode json) {
        try {
            FileStore store = Files.getFileStore(dataFolder);
            json.addObject()
                    .put("path", dataFolder.toString())
                    .put("freeBytes", store.getUsableSpace())
                    .put("totalBytes", store.getTotalSpace());
        } catch (IOException e) {
            // Health reports that the disk cannot be reached.
        }
    }

    private static void putGraphs(ArrayNode json, List<SeriesStatus> graphs) {
        for (SeriesStatus each : graphs) {
            ObjectNode one = json.addObject()
                    .put("stream", each.stream())
                    .put("series", each.series())
                    .put("lag", each.lag())
                    .put("missing", each.missing())
                    .put("bytes", each.bytes());
            putTime(one, "until", each.until());
        }
    }

    private static void putAlarms(ObjectNode json, List<AlarmService> services) {
        putAlarms(
                json,
                services.stream().flatMap(service -> service.alarms().stream()).toList(),
                services.stream().mapToInt(one -> one.ruleNames().size()).max().orElse(0));
    }

    /** An alarm that is raised is acknowledged, shelved, or both, or else waits for somebody. */
    static void putAlarms(ObjectNode json, List<AlarmView> all, int rules) {
        json.put("raised", all.stream().filter(one -> one.state().isRaised()).count())
                .put(
                        "unacknowledged",
                        all.stream()
                                .filter(one -> one.state() == AlarmState.UNACKNOWLEDGED && one.shelvedUntil() == null)
                                .count())
                .put("acknowledged", count(all, AlarmState.ACKNOWLEDGED))
                .put(
                        "shelved",
                        all.stream().filter(one -> one.shelvedUntil() != null).count())
                .put("pending", count(all, AlarmState.PENDING))
                .put("rules", rules)
                .put(
                        "worst",
                        all.stream()
                                .filter(one -> one.state().isRaised())
                                .map(AlarmView::severity)
                                .max(Severity::compareTo)
                                .map(Severity::label)
                                .orElse(null));
    }

    private static long count(List<AlarmView> alarms, AlarmState state) {
        return alarms.stream().filter(alarm -> alarm.state() == state).count();
    }

    /** Adds to a number, as each of several components has a part of it. */
    private static void add(ObjectNode json, String name, long count) {
        json.put(name, json.path(name).asLong() + count);
    }

    private static void putTime(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, time == null ? null : time.toString());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static double rounded(double rate) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.3f", rate));
    }
}
