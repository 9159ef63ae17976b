package io.github.dtstream.management;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.JournalConsumer;
import io.github.dtstream.camel.ProjectsConsumer;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.camel.alarm.RunningAlarms;
import io.github.dtstream.delivery.DeliveryStatus;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.memory.MemoryBudget;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;

/** Collects what the parts of a running router say of themselves. Thread-safe: it reads snapshots only. */
public final class RouterStatus {
    private final CamelContext context;
    private final Supplier<List<Health>> others;
    private final Supervisor supervisor;
    private final CloudClock clock;
    /** Times as ISO 8601 has them. */
    private final ObjectMapper mapper = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

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
    public Masking masking() {
        return masking;
    }

    /** A stream, and what its journal says, which is asked once for an answer. */
    private record StreamStatus(EventStream stream, JournalStatus journal) {
        static StreamStatus of(EventStream stream) {
            return new StreamStatus(stream, stream.journal().status());
        }
    }

    private List<StreamStatus> streamStatuses() {
        return streams().stream().map(StreamStatus::of).toList();
    }

    /** What every part says. */
    public List<Health> health() {
        return health(streamStatuses());
    }

    private List<Health> health(List<StreamStatus> streams) {
        Instant now = clock.instant();
        List<Health> all = new ArrayList<>();
        for (StreamStatus each : streams) {
            all.add(PartHealth.ofSession(each.stream(), now));
            all.add(PartHealth.ofJournal(each.stream().name(), each.journal()));
            all.add(PartHealth.ofGaps(each.stream(), now));
        }
        for (Route route : context.getRoutes()) {
            ServiceStatus state = context.getRouteController().getRouteStatus(route.getRouteId());
            List<RouteDelivery> deliveries = deliveries(route);
            deliveries.forEach(
                    each -> all.add(PartHealth.ofRoute(each.name(), state, Optional.of(each.status()), now)));
            problems(route).forEach((project, why) -> all.add(PartHealth.ofUnread(nameOf(route, project), why)));
            if (deliveries.isEmpty()) {
                all.add(PartHealth.ofRoute(route.getRouteId(), state, Optional.empty(), now));
            }
        }
        brokers().forEach(broker -> all.add(PartHealth.ofBroker(broker)));
        alarms().ifPresent(running -> all.addAll(PartHealth.ofAlarms(running)));
        all.addAll(others.get());
        all.addAll(liveness());
        return all;
    }

    /** Whether the process and its threads work: whatever the cloud, a broker or a sink does. */
    public List<Health> liveness() {
        return List.of(PartHealth.ofThreads(supervisor.reports(), clock.instant()));
    }

    /** Whether it does its work: every stream receives, be it by push, and its journal takes what comes. */
    public List<Health> readiness() {
        List<Health> all = new ArrayList<>(liveness());
        Instant now = clock.instant();
        for (EventStream stream : streams()) {
            all.add(PartHealth.ofReceiving(stream, now));
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

    /** The same without its parts, but as good or bad. */
    static List<Health> bare(List<Health> parts) {
        return List.of(new Health(Health.Kind.ROUTER.part(), overall(parts), ""));
    }

    /** Health as JSON. */
    ObjectNode json(List<Health> parts) {
        return mapper.valueToTree(new HealthDocument(overall(parts), parts));
    }

    private record HealthDocument(Health.Status status, List<Health> checks) {}

    /** Routes and streams as JSON, for the command {@code list}. */
    ObjectNode routesJson() {
        Instant now = clock.instant();
        List<StreamStatus> streams = streamStatuses();
        List<Health> complaints = health(streams).stream()
                .filter(part -> part.status() != Health.Status.UP)
                .toList();
        return mapper.valueToTree(new RoutesDocument(
                now,
                RoutesDocument.seconds(clock.offset().orElse(null)),
                memory().stream().map(RoutesDocument.MemoryEntry::of).toList(),
                streams.stream()
                        .map(each -> RoutesDocument.StreamEntry.of(each.stream(), each.journal()))
                        .toList(),
                complaints,
                journals().stream().flatMap(RouterStatus::retired).toList(),
                context.getRoutes().stream()
                        .flatMap(route -> entries(route, now).stream())
                        .toList()));
    }

    private List<RoutesDocument.RouteEntry> entries(Route route, Instant now) {
        String id = route.getRouteId();
        String state = state(route);
        List<RouteDelivery> deliveries = deliveries(route);
        return deliveries.isEmpty()
                ? List.of(RoutesDocument.RouteEntry.of(id, state))
                : deliveries.stream()
                        .map(each -> RoutesDocument.RouteEntry.of(
                                id, isOfSeveral(route) ? each.project() : null, state, each.status(), now))
                        .toList();
    }

    private static Stream<RoutesDocument.RetiredEntry> retired(NamedJournal journal) {
        return journal.journal().status().subscribers().stream()
                .filter(subscriber -> !subscriber.active())
                .map(subscriber -> RoutesDocument.RetiredEntry.of(journal.name(), subscriber));
    }

    /** A journal that routes read, by the name that people know: that of a stream, or of a stream's alarms. */
    record NamedJournal(String name, Journal journal) {
        Optional<JournalStatus.Subscriber> subscriber(String subscriber) {
            return journal.status().subscribers().stream()
                    .filter(one -> one.name().equals(subscriber))
                    .findFirst();
        }
    }

    /** All journals that routes read. */
    List<NamedJournal> journals() {
        List<NamedJournal> all = new ArrayList<>();
        for (EventStream stream : streams()) {
            all.add(new NamedJournal(stream.name(), stream.journal()));
        }
        alarms().ifPresent(running -> running.services()
                .forEach(service ->
                        all.add(new NamedJournal("alarms of " + service.status().stream(), service.journal()))));
        return all;
    }

    /** The gap ledgers as JSON, by stream. */
    ObjectNode gapsJson() {
        Map<String, List<GapEntry>> gaps = new LinkedHashMap<>();
        for (EventStream stream : streams()) {
            gaps.put(
                    stream.name(),
                    stream.gaps().stream().map(gap -> GapEntry.of(stream, gap)).toList());
        }
        return mapper.valueToTree(gaps);
    }

    /** Those of every component, however many there are beside {@code dt-stream} itself. */
    public List<EventStream> streams() {
        return opened().flatMap(streams -> streams.all().stream()).toList();
    }

    /** What their events in memory are taken from; components that share it are one. */
    public List<MemoryBudget> memory() {
        return opened().map(EventStreams::memory).distinct().toList();
    }

    /** Where they put what is rejected. */
    public List<RejectFile> rejectFiles() {
        return opened().map(EventStreams::rejects).toList();
    }

    private Stream<EventStreams> opened() {
        return DtStreamComponent.allIn(context).stream().flatMap(component -> component.openStreams().stream());
    }

    /**
     * What a route says of its deliveries of one project's events.
     *
     * @param name the route's, and the project's if it reads several
     * @param journal empty for a moment while the route stops
     */
    public record RouteDelivery(
            String route, String name, String project, DeliveryStatus status, Optional<Journal> journal) {}

    public List<RouteDelivery> deliveries() {
        return context.getRoutes().stream()
                .flatMap(route -> deliveries(route).stream())
                .toList();
    }

    private static List<RouteDelivery> deliveries(Route route) {
        List<RouteDelivery> deliveries = new ArrayList<>();
        for (JournalConsumer consumer : JournalConsumer.of(route)) {
            String project = consumer.projectId();
            consumer.status()
                    .ifPresent(status -> deliveries.add(new RouteDelivery(
                            route.getRouteId(), nameOf(route, project), project, status, consumer.journal())));
        }
        return deliveries;
    }

    private static boolean isOfSeveral(Route route) {
        return JournalConsumer.of(route).size() > 1;
    }

    private static String nameOf(Route route, String project) {
        return isOfSeveral(route) ? route.getRouteId() + " of " + project : route.getRouteId();
    }

    /** Why a route that reads several projects does not read some of them, by project. */
    private static Map<String, String> problems(Route route) {
        return route.getConsumer() instanceof ProjectsConsumer several ? several.problems() : Map.of();
    }

    /**
     * A route, and what it says of its deliveries.
     *
     * @param state started, stopped, suspended
     * @param deliveries of each project that it reads; none if it reads no stream
     */
    public record RouteState(String route, String state, List<RouteDelivery> deliveries) {
        /** All together; empty if it reads no stream. */
        public Optional<DeliveryStatus> delivery() {
            return deliveries.stream().map(RouteDelivery::status).reduce(DeliveryStatus::and);
        }
    }

    /** Every route. */
    public List<RouteState> routeStates() {
        return context.getRoutes().stream()
                .map(route -> new RouteState(route.getRouteId(), state(route), deliveries(route)))
                .toList();
    }

    private String state(Route route) {
        return context.getRouteController()
                .getRouteStatus(route.getRouteId())
                .name()
                .toLowerCase(Locale.ROOT);
    }

    /** What the router is called. */
    public String name() {
        return context.getName();
    }

    /** The alarms of each stream. */
    public List<AlarmService> alarmServices() {
        return alarms().map(RunningAlarms::services).orElse(List.of());
    }

    /** The alarm rules that are to be in force. */
    public List<AlarmRule> alarmRules() {
        return alarms().map(running -> running.rules().rules()).orElse(List.of());
    }

    /** What {@code /alarms} answers. */
    public ObjectNode alarmsJson() {
        return new AlarmRequests(this).json();
    }

    List<MqttStatus> brokers() {
        return context.hasComponent("dt-mqtt") instanceof DtMqttComponent mqtt ? mqtt.statuses() : List.of();
    }

    /** The alarms; empty if nothing has to do with any. */
    Optional<RunningAlarms> alarms() {
        return DtAlarmComponent.in(context);
    }

    /** Writes times as ISO 8601 has them. */
    ObjectMapper mapper() {
        return mapper;
    }

    public Instant now() {
        return clock.instant();
    }

    /** What the running routes of a subscriber read by, of each project that they read. */
    List<JournalConsumer> consumers(String subscriber) {
        return context.getRoutes().stream()
                .flatMap(route -> JournalConsumer.of(route).stream())
                .filter(consumer -> consumer.status()
                        .filter(status -> status.subscriber().equals(subscriber))
                        .isPresent())
                .toList();
    }
}
