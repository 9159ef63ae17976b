package io.github.dtstream.management;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.DtStreamConsumer;
import io.github.dtstream.delivery.DeliveryStatus;
import io.github.dtstream.delivery.Overdue;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** Collects what the parts of a running router say of themselves. Thread-safe: it reads snapshots only. */
public final class RouterStatus {
    private final CamelContext context;
    private final Supplier<List<Health>> others;
    private final Supervisor supervisor;
    private final CloudClock clock;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Masking masking;

    /**
     * @param context the running Camel context
     * @param others what other parts say: the reload of routes
     * @param supervisor knows the threads
     * @param clock the cloud's time, in which streams tell theirs
     */
    public RouterStatus(CamelContext context, Supplier<List<Health>> others, Supervisor supervisor, CloudClock clock) {
        this.context = context;
        this.others = others;
        this.supervisor = supervisor;
        this.clock = clock;
        Masking shared = context.getRegistry().findSingleByType(Masking.class);
        this.masking = shared == null ? new Masking() : shared;
    }

    /** What is to be taken out of all that is told. */
    Masking masking() {
        return masking;
    }

    /** What every part says. */
    public List<Health> health() {
        Instant now = clock.instant();
        List<Health> all = new ArrayList<>();
        for (EventStream stream : streams()) {
            all.add(PartHealth.ofSession(stream));
            all.add(PartHealth.ofJournal(stream.name(), stream.journal().status()));
            all.add(PartHealth.ofGaps(stream, now));
        }
        for (Route route : context.getRoutes()) {
            ServiceStatus state = context.getRouteController().getRouteStatus(route.getRouteId());
            all.add(PartHealth.ofRoute(route.getRouteId(), state, delivery(route), now));
        }
        brokers().forEach(broker -> all.add(PartHealth.ofBroker(broker)));
        all.addAll(others.get());
        all.addAll(liveness());
        return all;
    }

    /** Whether the process and its threads work: whatever the cloud, a broker or a sink does. */
    public List<Health> liveness() {
        return List.of(PartHealth.ofThreads(supervisor.reports(), clock.instant()));
    }

    /** Whether it does its work: every stream receives, and its journal takes what comes. */
    public List<Health> readiness() {
        List<Health> all = new ArrayList<>(liveness());
        for (EventStream stream : streams()) {
            all.add(PartHealth.ofReceiving(stream));
            all.add(PartHealth.ofJournal(stream.name(), stream.journal().status()));
        }
        return all;
    }

    /** By how much the machine's clock is behind the cloud's; empty while that is not known. */
    Optional<Duration> clockOffset() {
        return clock.offset();
    }

    /** What every thread and pool of threads says. */
    List<ThreadReport> threads() {
        return supervisor.reports();
    }

    /** The worst of all. */
    public static Health.Status overall(List<Health> parts) {
        return parts.stream().map(Health::status).max(Enum::compareTo).orElse(Health.Status.UP);
    }

    /** Health as JSON. */
    public ObjectNode json(List<Health> parts) {
        ObjectNode json = mapper.createObjectNode();
        json.put("status", overall(parts).name());
        putAll(json.putArray("checks"), parts);
        return json;
    }

    private static void putAll(ArrayNode array, List<Health> parts) {
        for (Health part : parts) {
            array.addObject()
                    .put("part", part.part())
                    .put("status", part.status().name())
                    .put("message", part.message());
        }
    }

    /** Routes and streams as JSON, for the command {@code list}. */
    public ObjectNode routesJson() {
        ObjectNode json = mapper.createObjectNode();
        json.put("now", clock.instant().toString());
        clock.offset().ifPresent(offset -> json.put("clockOffsetSeconds", offset.toMillis() / 1000.0));
        ArrayNode streams = json.putArray("streams");
        for (EventStream stream : streams()) {
            JournalStatus journal = stream.journal().status();
            ObjectNode entry = streams.addObject();
            entry.put("stream", stream.name())
                    .put("state", stream.sessionState().label())
                    .put("since", stream.sessionState().since().toString())
                    .put("events", journal.nextSequence() - journal.firstSequence())
                    .put("bytes", journal.bytes())
                    .put("duplicates", journal.duplicates())
                    .put("lost", journal.lost())
                    .put("openGaps", stream.openGaps());
            stream.ledgerProblem().ifPresent(problem -> entry.put("ledgerProblem", problem));
            putTime(entry, "lastReceived", journal.lastReceived());
        }
        putAll(
                json.putArray("complaints"),
                health().stream()
                        .filter(part -> part.status() != Health.Status.UP)
                        .toList());
        retired(json.putArray("retired"));
        ArrayNode routes = json.putArray("routes");
        for (Route route : context.getRoutes()) {
            ObjectNode entry = routes.addObject();
            entry.put("route", route.getRouteId())
                    .put(
                            "state",
                            context.getRouteController()
                                    .getRouteStatus(route.getRouteId())
                                    .name()
                                    .toLowerCase(Locale.ROOT));
            delivery(route).ifPresent(status -> {
                entry.put("subscriber", status.subscriber())
                        .put("lag", status.lag())
                        .put("inFlight", status.inFlight())
                        .put("delivered", status.delivered())
                        .put("perSecond", status.perSecond())
                        .put("failures", status.failures())
                        .put("refused", status.setAside().count())
                        .put("handledFailures", status.handled().count());
                putTime(entry, "lastDelivered", status.lastDelivered());
                putTime(entry, "failingSince", status.failingSince());
                Overdue overdue = status.overdue();
                if (overdue != null) {
                    entry.put("overdue", overdue.sentence(clock.instant()));
                }
                entry.put("lastError", status.lastFailure())
                        .put("lastRefusal", status.setAside().reason())
                        .put("lastHandledFailure", status.handled().reason());
            });
        }
        return json;
    }

    /** Subscribers that no running route uses. */
    private void retired(ArrayNode all) {
        for (EventStream stream : streams()) {
            for (JournalStatus.Subscriber one : stream.journal().status().subscribers()) {
                if (!one.active()) {
                    all.addObject()
                            .put("stream", stream.name())
                            .put("subscriber", one.name())
                            .put("lag", one.lag())
                            .put("lost", one.lost())
                            .put("idleSeconds", one.idle().toSeconds())
                            .put("forgottenInSeconds", one.released().toSeconds());
                }
            }
        }
    }

    /** The gap ledgers as JSON. */
    public ObjectNode gapsJson() {
        ObjectNode json = mapper.createObjectNode();
        for (EventStream stream : streams()) {
            ArrayNode gaps = json.putArray(stream.name());
            for (Gap gap : stream.gaps()) {
                ObjectNode entry = gaps.addObject();
                entry.put("id", gap.id())
                        .put("from", gap.from().toString())
                        .put("state", gap.state().label())
                        .put("reason", gap.reason())
                        .put("percent", gap.progress().percent())
                        .put("eventsFound", gap.progress().eventsFound())
                        .put("eventsNew", gap.progress().eventsNew())
                        .put("unfillable", gap.unfillable());
                putTime(entry, "to", gap.to());
                putTime(entry, "ended", gap.ended());
                putNames(entry, "unread", gap.progress().unread());
                putNames(entry, "unreadBecause", gap.progress().reasons());
                putNames(entry, "gone", gap.progress().gone());
                stream.polling()
                        .filter(polling -> polling.gapId() == gap.id())
                        .ifPresent(polling -> entry.put("polling", polling.sentence()));
                stream.fillPause(gap).filter(pause -> pause.failures() > 0).ifPresent(pause -> {
                    entry.put("waitsBecause", pause.why());
                    putTime(entry, "waitsUntil", pause.until());
                });
            }
        }
        return json;
    }

    /** Those of every component, however many there are beside {@code dt-stream} itself. */
    List<EventStream> streams() {
        return opened().flatMap(streams -> streams.all().stream()).toList();
    }

    /** Where they put what is rejected. */
    List<RejectFile> rejectFiles() {
        return opened().map(EventStreams::rejects).toList();
    }

    private Stream<EventStreams> opened() {
        return DtStreamComponent.allIn(context).stream().flatMap(component -> component.openStreams().stream());
    }

    /** What a route says of its deliveries. */
    record RouteDelivery(String route, DeliveryStatus status) {}

    List<RouteDelivery> deliveries() {
        return context.getRoutes().stream()
                .flatMap(route -> delivery(route).map(status -> new RouteDelivery(route.getRouteId(), status)).stream())
                .toList();
    }

    List<MqttStatus> brokers() {
        return context.hasComponent("dt-mqtt") instanceof DtMqttComponent mqtt ? mqtt.statuses() : List.of();
    }

    /** The running route of a subscriber. */
    Optional<DtStreamConsumer> consumer(String subscriber) {
        return context.getRoutes().stream()
                .filter(route -> delivery(route)
                        .filter(status -> status.subscriber().equals(subscriber))
                        .isPresent())
                .map(route -> (DtStreamConsumer) route.getConsumer())
                .findFirst();
    }

    private static Optional<DeliveryStatus> delivery(Route route) {
        return route.getConsumer() instanceof DtStreamConsumer consumer ? consumer.status() : Optional.empty();
    }

    private static void putNames(ObjectNode node, String field, List<String> names) {
        if (!names.isEmpty()) {
            ArrayNode array = node.putArray(field);
            names.forEach(array::add);
        }
    }

    private static void putTime(ObjectNode node, String field, @Nullable Instant time) {
        if (time != null) {
            node.put(field, time.toString());
        }
    }
}
