package io.github.dtstream.management;

import com.sun.management.OperatingSystemMXBean;
import io.github.dtstream.alarm.AlarmStatus;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.management.RouterStatus.RouteDelivery;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.standby.StandbyStatus;
import io.github.dtstream.thread.ThreadReport;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the router and of the JVM, in Prometheus' text format. Each scrape reads the snapshots of the router's
 * parts. Counters begin at 0 with the process, or with their route. Thread-safe.
 */
final class Metrics implements AutoCloseable {
    private final RouterStatus status;
    private final List<MetricSource> sources;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    /** @param sources further metrics */
    Metrics(RouterStatus status, List<MetricSource> sources) {
        this.status = status;
        this.sources = List.copyOf(sources);
        // Micrometer's names for these break Prometheus' rules: one abbreviates its unit, one is a gauge whose name
        // ends in count.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        registry.getPrometheusRegistry().register((MultiCollector) this::collect);
        new JvmMemoryMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    private MetricSnapshots collect() {
        MetricFamilies all = new MetricFamilies();
        all.gauge(
                "dt_health_status",
                "The worst of what /health says: 0 is up, 1 degraded, 2 down",
                Labels.EMPTY,
                level(RouterStatus.overall(status.health())));
        status.clockOffset()
                .ifPresent(offset -> all.gauge(
                        "dt_clock_offset_seconds",
                        "By how much the machine's clock is behind the cloud's; negative if it is ahead",
                        Labels.EMPTY,
                        offset.toMillis() / 1000.0));
        cpu(all);
        for (EventStream stream : status.streams()) {
            Labels labels = Labels.of("stream", stream.name());
            session(all, stream, labels);
            journal(all, stream.journal().status(), labels);
            all.gauge(
                    "dt_journal_remembered_events",
                    "Newest events whose identifiers are in memory, so that a duplicate of one is recognised",
                    labels,
                    stream.journal().remembered());
            gaps(all, stream, labels);
        }
        for (Holding holding : status.holdings()) {
            Labels labels = Labels.of("stream", holding.stream(), "node", String.valueOf(holding.node()));
            all.gauge(
                    "dt_stream_holder",
                    "1 for the router of the group that holds the stream; the node is null while none does",
                    labels,
                    1);
            time(all, "dt_stream_holder_since", "Since when that router holds the stream", labels, holding.since());
        }
        for (StandbyStatus standby : status.standbys().values()) {
            Labels labels = Labels.of("stream", standby.stream());
            all.gauge(
                    "dt_standby_receiving",
                    "Whether this router receives a stream that another one holds, to take it over without a gap",
                    labels,
                    standby.completeSince() == null ? 0 : 1);
            all.gauge("dt_standby_records", "Events and pings that this standby keeps", labels, standby.records());
            time(
                    all,
                    "dt_standby_complete_since",
                    "Since when this standby has everything that the cloud sent",
                    labels,
                    standby.completeSince());
        }
        memory(all);
        threads(all);
        status.deliveries().forEach(delivery -> delivery(all, delivery));
        status.brokers().forEach(broker -> broker(all, broker));
        status.alarms()
                .ifPresent(alarms -> alarms.services()
                        .forEach(service ->
                                alarms(all, service.status(), service.journal().status())));
        sources.forEach(source -> source.collect(all));
        return all.snapshots();
    }

    private static void cpu(MetricFamilies all) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                && system.getProcessCpuTime() >= 0) {
            all.counter(
                    "process_cpu_seconds",
                    "CPU time that the process has taken",
                    Labels.EMPTY,
                    system.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    private void memory(MetricFamilies all) {
        List<MemoryBudget> budgets = status.memory();
        if (budgets.isEmpty()) {
            return;
        }
        all.gauge(
                "dt_memory_budget_bytes",
                "How much memory events may take, of all streams together",
                Labels.EMPTY,
                budgets.stream().mapToLong(MemoryBudget::bytes).sum());
        Map<Holder, Long> used = new EnumMap<>(Holder.class);
        budgets.forEach(budget -> budget.used().forEach((holder, bytes) -> used.merge(holder, bytes, Long::sum)));
        used.forEach((holder, bytes) -> all.gauge(
                "dt_memory_used_bytes",
                "How much memory events take, about, by what holds them",
                Labels.of("holder", holder.label()),
                bytes));
    }

    private void threads(MetricFamilies all) {
        List<ThreadReport> threads = status.threads();
        all.gauge(
                "dt_threads_down",
                "Long-lived threads that have failed and do not work at present",
                Labels.EMPTY,
                threads.stream()
                        .filter(thread -> thread.state() != ThreadReport.State.RUNNING)
                        .count());
        Map<String, Long> failures = new TreeMap<>();
        threads.forEach(thread -> failures.merge(thread.name(), (long) thread.failures(), Long::sum));
        failures.forEach((name, count) -> all.counter(
                "dt_thread_failures",
                "How often a long-lived thread or a task of it failed unexpectedly",
                Labels.of("thread", name),
                count));
    }

    private static long level(Health.Status status) {
        return switch (status) {
            case UP -> 0;
            case DEGRADED -> 1;
            case DOWN -> 2;
        };
    }

    private static void session(MetricFamilies all, EventStream stream, Labels labels) {
        SessionState state = stream.sessionState();
        int failures = state instanceof SessionState.Waiting waiting
                ? waiting.failures()
                : state instanceof SessionState.Connecting connecting ? connecting.failures() : 0;
        var counters = stream.counters();
        if (!(state instanceof SessionState.Unheld)) {
            all.gauge(
                    "dt_stream_live",
                    "1 while the stream is receiving, else 0",
                    labels,
                    state instanceof SessionState.Live ? 1 : 0);
            all.gauge(
                    "dt_stream_failures_in_a_row",
                    "Attempts at a connection that failed since the stream last received",
                    labels,
                    failures);
        }
        all.counter(
                "dt_stream_events_received",
                "Events and pings received live, duplicates included",
                labels,
                counters.live());
        all.counter(
                "dt_stream_events_history",
                "Events fetched from history that had not been received live",
                labels,
                counters.history());
        all.counter(
                "dt_stream_events_pushed", "Events that came by push, duplicates included", labels, counters.pushed());
        time(
                all,
                "dt_stream_last_pushed",
                "When the last event came by push",
                labels,
                stream.lastPushed().orElse(null));
        all.counter(
                "dt_stream_records_rejected",
                "Records that are no events and went to the reject file",
                labels,
                counters.rejected());
        all.counter(
                "dt_stream_records_truncated",
                "Connections that ended within a record, which is then fetched from history",
                labels,
                counters.truncated());
        all.counter(
                "dt_stream_interruptions",
                "How often the stream stopped receiving, each of which opens a gap",
                labels,
                counters.interruptions());
        all.counter(
                "dt_stream_retries",
                "Attempts at a connection that failed and are made again after a wait",
                labels,
                counters.retries());
    }

    private static void journal(MetricFamilies all, JournalStatus journal, Labels labels) {
        time(
                all,
                "dt_stream_last_received",
                "When the last event or ping was received",
                labels,
                journal.lastReceived());
        journal.bytes()
                .ifPresent(
                        bytes -> all.gauge("dt_journal_bytes", "Size of the journal, one copy of it", labels, bytes));
        all.gauge("dt_journal_events", "Events in the journal, pings included", labels, journal.events());
        all.gauge(
                "dt_journal_held",
                "1 while nothing can be written and the stream is held, else 0",
                labels,
                journal.heldSince() == null ? 0 : 1);
        all.counter("dt_journal_duplicates", "Events that came again and were left out", labels, journal.duplicates());
        all.counter(
                "dt_journal_corrupt_records",
                "Torn or corrupt records that went to the reject file",
                labels,
                journal.corrupt());
        all.counter(
                "dt_journal_lost_events",
                "Events deleted before a route had them, summed over the routes",
                labels,
                journal.lost());
    }

    private static void gaps(MetricFamilies all, EventStream stream, Labels labels) {
        var gaps = stream.gaps();
        for (Gap.State state : Gap.State.values()) {
            all.gauge(
                    "dt_gaps",
                    "Gaps that the ledger holds, by state; the latest of those that are settled",
                    labels.add("state", state.label()),
                    gaps.stream().filter(gap -> gap.state() == state).count());
        }
        Gap oldest = gaps.stream().filter(gap -> !gap.isSettled()).findFirst().orElse(null);
        time(
                all,
                "dt_gaps_oldest_begin",
                "When the oldest gap that is not settled began",
                labels,
                oldest == null ? null : oldest.from());
        time(
                all,
                "dt_gaps_last_unfillable",
                "When a gap was found last that cannot be filled",
                labels,
                gaps.stream()
                        .filter(gap -> gap.state() == Gap.State.UNFILLABLE)
                        .flatMap(gap -> Stream.ofNullable(gap.ended()))
                        .max(Comparator.naturalOrder())
                        .orElse(null));
        gaps.stream()
                .filter(gap -> gap.state() == Gap.State.FILLING)
                .forEach(gap -> fill(all, gap, labels.add("gap", Long.toString(gap.id()))));
    }

    private static void fill(MetricFamilies all, Gap gap, Labels labels) {
        all.gauge(
                "dt_gap_fill_devices_done",
                "Devices whose history has been read in this pass of a gap's fill",
                labels,
                gap.progress().devicesDone());
        all.gauge(
                "dt_gap_fill_devices",
                "Devices whose history this pass of a gap's fill reads",
                labels,
                gap.progress().devicesTotal());
    }

    private static void delivery(MetricFamilies all, RouteDelivery delivery) {
        var now = delivery.status();
        Labels labels =
                Labels.of("route", delivery.route(), "project", delivery.project(), "subscriber", now.subscriber());
        all.gauge("dt_route_lag_events", "Events in the journal that the route has not delivered", labels, now.lag());
        all.gauge(
                "dt_route_in_flight_events",
                "Events that were handed to the route and are not done yet",
                labels,
                now.inFlight());
        all.counter(
                "dt_route_delivered_events",
                "Events that the route delivered or left out, since it started",
                labels,
                now.delivered());
        all.counter("dt_route_failures", "Deliveries that failed, since the route started", labels, now.failures());
        all.counter(
                "dt_route_refused_events",
                "Events that the sink refused for good and that went to the reject file, since the route started",
                labels,
                now.refused().count());
        all.gauge(
                "dt_route_rejected_events",
                "Events of the route in the reject file that were not sent again, also of earlier starts",
                labels,
                now.setAside().count());
        all.counter(
                "dt_route_handled_failures",
                "Failures that an error handler of the route dealt with, so that the event counts as done",
                labels,
                now.handled().count());
        all.gauge(
                "dt_route_failing",
                "1 if the last delivery failed and is tried again, else 0",
                labels,
                now.lastFailure() == null ? 0 : 1);
        time(all, "dt_route_last_delivered", "When a delivery last succeeded", labels, now.lastDelivered());
        delivery.shared().ifPresent(shared -> partitions(all, shared, labels));
    }

    private static void partitions(MetricFamilies all, SharedStatus shared, Labels labels) {
        for (SharedStatus.Partition partition : shared.partitions()) {
            if (partition.lag() >= 0) {
                all.gauge(
                        "dt_route_partition_lag_events",
                        "Events of a partition that a shared route has not delivered, about; the node, which reads it, is null"
                                + " while none does",
                        labels.add("partition", Integer.toString(partition.number()))
                                .add("node", String.valueOf(partition.node())),
                        partition.lag());
            }
        }
        time(
                all,
                "dt_route_partitions_moved",
                "When a partition of a shared route last moved to or from this router",
                labels,
                shared.moved());
    }

    private static void broker(MetricFamilies all, MqttStatus broker) {
        Labels labels = Labels.of("broker", broker.broker(), "client", broker.clientId());
        all.gauge("dt_mqtt_connected", "1 while the broker is connected, else 0", labels, broker.connected() ? 1 : 0);
        all.gauge(
                "dt_mqtt_pending_messages",
                "Messages that the broker has not acknowledged, or that wait to be sent",
                labels,
                (long) broker.inflight() + broker.waiting());
        all.counter(
                "dt_mqtt_acknowledged_messages",
                "Messages that the broker acknowledged",
                labels,
                broker.acknowledged());
        Duration unanswered = broker.unanswered();
        all.gauge(
                "dt_mqtt_unanswered_seconds",
                "For how long the broker has owed an acknowledgement; 0 while it keeps up",
                labels,
                unanswered == null ? 0 : unanswered.toSeconds());
        all.counter("dt_mqtt_refused_messages", "Messages that the broker refused", labels, broker.refused());
        all.counter("dt_mqtt_reconnects", "How often the connection was made again", labels, broker.reconnects());
    }

    private static void alarms(MetricFamilies all, AlarmStatus alarms, JournalStatus journal) {
        Labels labels = Labels.of("stream", alarms.stream());
        for (Severity severity : Severity.values()) {
            for (AlarmState state : AlarmState.values()) {
                if (state != AlarmState.NORMAL) {
                    all.gauge(
                            "dt_alarms",
                            "Alarms that are not normal, by severity and state",
                            labels.add("severity", severity.label()).add("state", state.label()),
                            alarms.alarms().stream()
                                    .filter(alarm -> alarm.severity() == severity && alarm.state() == state)
                                    .count());
                }
            }
        }
        all.gauge(
                "dt_alarms_shelved",
                "Alarms that are shelved: nobody is notified of them for a while",
                labels,
                alarms.alarms().stream()
                        .filter(alarm -> alarm.shelvedUntil() != null)
                        .count());
        all.gauge("dt_alarm_rules", "Rules of alarms that are in force", labels, alarms.rules());
        all.gauge("dt_alarm_lag_events", "Events in the journal that the rules have not seen", labels, alarms.lag());
        all.counter("dt_alarm_changes", "Changes of alarms, since the process began", labels, alarms.changes());
        all.counter(
                "dt_alarm_notifications",
                "Notifications written to the alarm journal, since the process began",
                labels,
                alarms.notifications());
        all.counter(
                "dt_alarm_late_left_out",
                "Values that arrived late and were left out for lack of memory, since the process began",
                labels,
                alarms.lateLeftOut());
        all.counter(
                "dt_alarm_lost_changes",
                "Changes of alarms deleted before a route had them, summed over the routes",
                labels,
                journal.lost());
        all.gauge(
                "dt_alarm_problem",
                "1 if alarms cannot be saved, or something about them went wrong, else 0",
                labels,
                alarms.problem() == null ? 0 : 1);
    }

    /** Adds a time. A time that is not known has no sample, as 0 would mean 1970. */
    private static void time(MetricFamilies all, String name, String help, Labels labels, @Nullable Instant time) {
        if (time != null) {
            all.gauge(name + "_timestamp_seconds", help + ", in Unix time", labels, time.toEpochMilli() / 1000.0);
        }
    }
}
