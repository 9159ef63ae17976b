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
import io.github.dtstream.camel.ProjectConsumer;
import io.github.dtstream.camel.ProjectsConsumer;
import io.github.dtstream.camel.SharedConsumer;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.camel.alarm.RunningAlarms;
import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.stream.standby.StandbyStatus;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;

/** Collects the status of all parts of a running router. Thread-safe: it reads snapshots only. */
public final class RouterStatus {
    private final CamelContext context;
    private final Supplier<List<Health>> others;
    private final Supervisor supervisor;
    private final CloudClock clock;
    /** Writes times in ISO 8601. */
    private final ObjectMapper mapper = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    private final Masking masking;

    /**
     * @param context the running Camel context
     * @param others the health of parts that this class does not know: the reload of routes, the disk
     * @param supervisor reports the threads
     * @param clock the cloud's time, which the times of streams use
     */
    public RouterStatus(CamelContext context, Supplier<List<Health>> others, Supervisor supervisor, CloudClock clock) {
        this.context = context;
        this.others = others;
        this.supervisor = supervisor;
        this.clock = clock;
        Masking shared = context.getRegistry().findSingleByType(Masking.class);
        this.masking = shared == null ? new Masking() : shared;
    }

    /** The masking of secrets, for all answers. */
    public Masking masking() {
        return masking;
    }

    /** A stream and its journal's status, which is read once for an answer. */
    private record StreamStatus(EventStream stream, JournalStatus journal) {
        static StreamStatus of(EventStream stream) {
            return new StreamStatus(stream, stream.journal().status());
        }
    }

    private List<StreamStatus> streamStatuses() {
        return streams().stream().map(StreamStatus::of).toList();
    }

    /** The health of every part. */
    public List<Health> health() {
        return health(streamStatuses());
    }

    private List<Health> health(List<StreamStatus> streams) {
        Instant now = clock.instant();
        List<Health> all = new ArrayList<>();
        for (StreamStatus each : streams) {
            all.add(StreamHealth.of(each.stream(), now));
            all.add(PartHealth.ofJournal(each.stream().name(), each.journal()));
            all.add(GapHealth.of(each.stream(), now));
        }
        Map<String, StandbyStatus> standbys = standbys();
        elsewhere().forEach(holding -> all.add(StreamHealth.ofWaiting(holding, standbys.get(holding.stream()))));
        openings().forEach(opening -> all.add(StreamHealth.ofOpening(opening)));
        for (Route route : context.getRoutes()) {
            ServiceStatus state = state(route);
            List<RouteDelivery> deliveries = deliveries(route);
            deliveries.forEach(
                    each -> all.add(PartHealth.ofRoute(each.name(), state, Optional.of(each.status()), now)));
            deliveries.forEach(each -> each.shared()
                    .map(SharedStatus::problem)
                    .ifPresent(why -> all.add(PartHealth.ofUnshared(each.name(), why))));
            Map<String, String> problems = problems(route);
            problems.forEach((project, why) -> all.add(PartHealth.ofUnread(nameOf(route, project), why)));
            if (deliveries.isEmpty() && problems.isEmpty()) {
                all.add(PartHealth.ofRoute(route.getRouteId(), state, Optional.empty(), now));
            }
        }
        brokers().forEach(broker -> all.add(PartHealth.ofBroker(broker)));
        alarms().ifPresent(running -> all.addAll(PartHealth.ofAlarms(running)));
        all.addAll(others.get());
        all.addAll(liveness());
        return all;
    }

    /** Whether the process and its threads work, regardless of cloud, brokers and sinks. */
    public List<Health> liveness() {
        return List.of(PartHealth.ofThreads(supervisor.reports(), clock.instant()));
    }

    /**
     * Whether the router can serve: a stream receives, also by push, and its journal takes the events. If at least one
     * stream does, one that does not is degraded here: if the router were taken out of service for it, the others would
     * be cut off. A router of a group that has no stream is ready, unless it has one that it cannot open.
     */
    public List<Health> readiness() {
        List<List<Health>> streams = new ArrayList<>(received());
        unopened().forEach(part -> streams.add(List.of(part)));
        boolean oneServes = streams.stream().anyMatch(parts -> overall(parts) != Health.Status.DOWN);
        List<Health> all = new ArrayList<>(liveness());
        if (!context.isStarted()) {
            all.add(new Health(Health.Kind.ROUTER.part(), Health.Status.DOWN, "the routes have not started yet"));
        }
        streams.stream()
                .flatMap(List::stream)
                .map(part -> oneServes && part.status() == Health.Status.DOWN
                        ? new Health(part.part(), Health.Status.DEGRADED, part.message())
                        : part)
                .forEach(all::add);
        return all;
    }

    private List<List<Health>> received() {
        Instant now = clock.instant();
        return streams().stream()
                .map(stream -> List.of(
                        StreamHealth.ofReceiving(stream, now),
                        PartHealth.ofJournal(stream.name(), stream.journal().status())))
                .toList();
    }

    /** The streams that were to be opened here and could not be, which is tried again. */
    private List<Health> unopened() {
        List<Health> all = new ArrayList<>();
        openings().stream()
                .filter(opening -> opening.problem() != null)
                .forEach(opening -> all.add(StreamHealth.ofOpening(opening)));
        for (Route route : context.getRoutes()) {
            problems(route).forEach((project, why) -> all.add(PartHealth.ofUnread(nameOf(route, project), why)));
        }
        return all;
    }

    /** By how much the machine's clock is behind the cloud's; empty while that is not known. */
    Optional<Duration> clockOffset() {
        return clock.offset();
    }

    /** The reports of all threads and thread pools. */
    List<ThreadReport> threads() {
        return supervisor.reports();
    }

    /** The worst status of all parts. */
    public static Health.Status overall(List<Health> parts) {
        return parts.stream().map(Health::status).max(Enum::compareTo).orElse(Health.Status.UP);
    }

    /** The overall status alone, without the parts and their messages. */
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
                        .toList(),
                node().orElse(null),
                holdings(),
                standbys().values().stream()
                        .map(RoutesDocument.StandbyEntry::of)
                        .toList()));
    }

    private List<RoutesDocument.RouteEntry> entries(Route route, Instant now) {
        String id = route.getRouteId();
        String state = stateName(route);
        List<RouteDelivery> deliveries = deliveries(route);
        return deliveries.isEmpty()
                ? List.of(RoutesDocument.RouteEntry.of(id, state))
                : deliveries.stream()
                        .map(each -> RoutesDocument.RouteEntry.of(
                                id,
                                isOfSeveral(route) ? each.project() : null,
                                state,
                                each.status(),
                                each.shared().orElse(null),
                                now))
                        .toList();
    }

    private static Stream<RoutesDocument.RetiredEntry> retired(NamedJournal journal) {
        return journal.journal().status().subscribers().stream()
                .filter(subscriber -> !subscriber.active())
                .map(subscriber -> RoutesDocument.RetiredEntry.of(journal.name(), subscriber));
    }

    /** A journal that routes read, with its name for users: that of the stream, or of the stream's alarms. */
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

    /** The streams of every component, also of components under other names than {@code dt-stream}. */
    public List<EventStream> streams() {
        return opened().flatMap(streams -> streams.all().stream()).toList();
    }

    /** The holders of the streams that this router's routes use; empty if it is in no group. */
    public List<Holding> holdings() {
        return DtStreamComponent.allIn(context).stream()
                .flatMap(component -> component.held().holdings().stream())
                .toList();
    }

    /** Those of them that this router does not hold. */
    public List<Holding> elsewhere() {
        Set<String> here = new HashSet<>();
        streams().forEach(stream -> here.add(stream.name()));
        openings().forEach(opening -> here.add(opening.stream()));
        return holdings().stream()
                .filter(holding -> !here.contains(holding.stream()))
                .toList();
    }

    /** The streams that this router holds, and that are not open yet. */
    private List<HeldStreams.Opening> openings() {
        return DtStreamComponent.allIn(context).stream()
                .flatMap(component -> component.held().openings().stream())
                .toList();
    }

    /** By stream, this router's hot standbys for streams that other routers of its group hold. */
    public Map<String, StandbyStatus> standbys() {
        Map<String, StandbyStatus> all = new TreeMap<>();
        opened().flatMap(streams -> streams.standbys().stream()).forEach(standby -> all.put(standby.stream(), standby));
        return all;
    }

    /** This router's name in its group; empty if it is in no group. */
    public Optional<String> node() {
        return DtStreamComponent.allIn(context).stream()
                .flatMap(component -> component.held().node().stream())
                .findFirst();
    }

    /** The memory budgets of the streams; one that components share is listed once. */
    public List<MemoryBudget> memory() {
        return opened().map(EventStreams::memory).distinct().toList();
    }

    /** The reject files of the streams. */
    public List<RejectFile> rejectFiles() {
        return opened().map(EventStreams::rejects).toList();
    }

    private Stream<EventStreams> opened() {
        return DtStreamComponent.allIn(context).stream().flatMap(component -> component.openStreams().stream());
    }

    /**
     * A route's deliveries of one project's events.
     *
     * @param name the route's name, with the project's if the route reads several
     * @param journal empty for a moment while the route stops, and if this router reads only some partitions of it
     * @param shared which routers read which partitions; empty if the route is not shared
     */
    public record RouteDelivery(
            String route,
            String name,
            String project,
            DeliveryStatus status,
            Optional<Journal> journal,
            Optional<SharedStatus> shared) {}

    public List<RouteDelivery> deliveries() {
        return context.getRoutes().stream()
                .flatMap(route -> deliveries(route).stream())
                .toList();
    }

    private static List<RouteDelivery> deliveries(Route route) {
        List<RouteDelivery> deliveries = new ArrayList<>();
        for (ProjectConsumer consumer : ProjectConsumer.of(route)) {
            String project = consumer.projectId();
            Optional<SharedStatus> shared =
                    consumer instanceof SharedConsumer sharing ? sharing.shared() : Optional.empty();
            consumer.status()
                    .ifPresent(status -> deliveries.add(new RouteDelivery(
                            route.getRouteId(), nameOf(route, project), project, status, consumer.journal(), shared)));
        }
        return deliveries;
    }

    private static boolean isOfSeveral(Route route) {
        return ProjectConsumer.of(route).size() > 1;
    }

    private static String nameOf(Route route, String project) {
        return isOfSeveral(route) ? route.getRouteId() + " of " + project : route.getRouteId();
    }

    /** Why a route does not read some of its projects, by project. */
    private static Map<String, String> problems(Route route) {
        Map<String, String> problems = new LinkedHashMap<>();
        ProjectConsumer.of(route)
                .forEach(consumer -> consumer.problem().ifPresent(why -> problems.put(consumer.projectId(), why)));
        if (route.getConsumer() instanceof ProjectsConsumer several) {
            problems.putAll(several.problems());
        }
        return problems;
    }

    /**
     * A route and its deliveries.
     *
     * @param state Camel's status in lower case, such as started, stopped, suspended
     * @param deliveries one for each project that it reads; none if it reads no stream
     * @param parts the names of its parts in health: its own, and with several projects one for each of them
     */
    public record RouteState(String route, String state, List<RouteDelivery> deliveries, Set<String> parts) {
        /** The sum of all deliveries; empty if the route reads no stream. */
        public Optional<DeliveryStatus> delivery() {
            return deliveries.stream().map(RouteDelivery::status).reduce(DeliveryStatus::and);
        }
    }

    /** Every route. */
    public List<RouteState> routeStates() {
        return context.getRoutes().stream()
                .map(route -> new RouteState(route.getRouteId(), stateName(route), deliveries(route), parts(route)))
                .toList();
    }

    private static Set<String> parts(Route route) {
        Set<String> names = new LinkedHashSet<>(Set.of(route.getRouteId()));
        ProjectConsumer.of(route).forEach(consumer -> names.add(nameOf(route, consumer.projectId())));
        return names;
    }

    private String stateName(Route route) {
        return state(route).name().toLowerCase(Locale.ROOT);
    }

    /** Camel does not know the status of a route that was removed a moment ago: it is stopped. */
    private ServiceStatus state(Route route) {
        return Objects.requireNonNullElse(
                context.getRouteController().getRouteStatus(route.getRouteId()), ServiceStatus.Stopped);
    }

    /** The router's name. */
    public String name() {
        return context.getName();
    }

    /** The alarms of each stream. */
    public List<AlarmService> alarmServices() {
        return alarms().map(RunningAlarms::services).orElse(List.of());
    }

    /** The alarm rules that were last accepted; a stream whose alarms cannot be opened has none in force. */
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

    /** The running alarms; empty if the component {@code dt-alarm} is not used. */
    Optional<RunningAlarms> alarms() {
        return DtAlarmComponent.in(context);
    }

    /** A mapper that writes times in ISO 8601. */
    ObjectMapper mapper() {
        return mapper;
    }

    public Instant now() {
        return clock.instant();
    }

    /**
     * The consumers of the running routes of a subscriber: one for each project that they read, or for each partition that
     * this router reads.
     */
    List<JournalConsumer> consumers(String subscriber) {
        return context.getRoutes().stream()
                .flatMap(route -> ProjectConsumer.of(route).stream())
                .filter(consumer -> consumer.status()
                        .filter(status -> status.subscriber().equals(subscriber))
                        .isPresent())
                .flatMap(consumer -> consumer.consumers().stream())
                .toList();
    }
}
