package io.github.dtstream.management;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.delivery.batch.Overdue;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.standby.StandbyStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /routes} answers and {@code list} shows. Immutable.
 *
 * @param now the time of the snapshot, by the cloud's clock
 * @param clockOffsetSeconds by how much the machine's clock is behind the cloud's; left out while that is not known
 * @param memory the memory budgets of events; one for all streams, unless components have budgets of their own
 * @param complaints the health of every part that is not UP
 * @param retired subscribers that no running route uses
 * @param node this router's name in its group; left out if it is in no group
 * @param holders the holders of the streams that this router's routes use; empty if it is in no group
 * @param standbys this router's hot standbys, for streams that others hold
 */
@JsonInclude(Include.NON_NULL)
record RoutesDocument(
        Instant now,
        @Nullable Double clockOffsetSeconds,
        List<MemoryEntry> memory,
        List<StreamEntry> streams,
        List<Health> complaints,
        List<RetiredEntry> retired,
        List<RouteEntry> routes,
        @Nullable String node,
        List<Holding> holders,
        List<StandbyEntry> standbys) {

    static @Nullable Double seconds(@Nullable Duration offset) {
        return offset == null ? null : offset.toMillis() / 1000.0;
    }

    /**
     * A hot standby for a stream that another router holds.
     *
     * @param state the state of its session with the cloud
     * @param completeSince since when it has everything that the cloud sent; left out while it does not receive
     * @param records how many events and pings it keeps
     */
    @JsonInclude(Include.NON_NULL)
    record StandbyEntry(
            String stream, String state, @Nullable Instant completeSince, int records, long bytes) {
        static StandbyEntry of(StandbyStatus status) {
            return new StandbyEntry(
                    status.stream(), status.state().label(), status.completeSince(), status.records(), status.bytes());
        }
    }

    /**
     * A memory budget of events.
     *
     * @param bytes the size of the budget
     * @param used about how many bytes events take, by their holder
     */
    record MemoryEntry(long bytes, Map<String, Long> used) {
        static MemoryEntry of(MemoryBudget budget) {
            Map<String, Long> used = new LinkedHashMap<>();
            budget.used().forEach((holder, bytes) -> used.put(holder.label(), bytes));
            return new MemoryEntry(budget.bytes(), used);
        }
    }

    /**
     * A stream and its journal.
     *
     * @param account the name of its service account; left out if the account has no name
     * @param events how many the journal holds
     * @param pushed how many events came by push since the start, duplicates included; left out if none came
     * @param lost how many events were deleted before a subscriber had them
     */
    @JsonInclude(Include.NON_NULL)
    record StreamEntry(
            String stream,
            String state,
            Instant since,
            long events,
            @Nullable Long bytes,
            long duplicates,
            long lost,
            int openGaps,
            @Nullable String ledgerProblem,
            @Nullable String account,
            @Nullable Instant lastReceived,
            @Nullable Long pushed,
            @Nullable Instant lastPushed) {
        static StreamEntry of(EventStream stream, JournalStatus journal) {
            return new StreamEntry(
                    stream.name(),
                    stream.sessionState().label(),
                    stream.sessionState().since(),
                    journal.events(),
                    journal.bytes().isPresent() ? (Long) journal.bytes().getAsLong() : null,
                    journal.duplicates(),
                    journal.lost(),
                    stream.openGaps(),
                    stream.ledgerProblem().orElse(null),
                    stream.account().isEmpty() ? null : stream.account(),
                    journal.lastReceived(),
                    stream.lastPushed().isEmpty() ? null : stream.counters().pushed(),
                    stream.lastPushed().orElse(null));
        }
    }

    /**
     * A subscriber that no running route uses. The journal keeps its {@code lag} newest records for it until it is
     * forgotten.
     */
    record RetiredEntry(
            String stream, String subscriber, long lag, long lost, long idleSeconds, long forgottenInSeconds) {
        static RetiredEntry of(String stream, JournalStatus.Subscriber subscriber) {
            return new RetiredEntry(
                    stream,
                    subscriber.name(),
                    subscriber.lag(),
                    subscriber.lost(),
                    subscriber.idle().toSeconds(),
                    subscriber.released().toSeconds());
        }
    }

    /**
     * A route, or its deliveries for one of several projects. If the route reads no stream, {@code subscriber} and all
     * fields after it are left out.
     *
     * @param partitions of a shared route, which router reads which partition, and how far it is; otherwise left out
     * @param moved of a shared route, what moved to or from this router last; left out if nothing did
     */
    @JsonInclude(Include.NON_NULL)
    record RouteEntry(
            String route,
            @Nullable String project,
            String state,
            @Nullable String subscriber,
            @Nullable Long lag,
            @Nullable Integer inFlight,
            @Nullable Long delivered,
            @Nullable Double perSecond,
            @Nullable Long failures,
            @Nullable Long refused,
            @Nullable Long handledFailures,
            @Nullable Instant lastDelivered,
            @Nullable Instant failingSince,
            @Nullable String overdue,
            @Nullable String lastError,
            @Nullable String lastRefusal,
            @Nullable String lastHandledFailure,
            @Nullable List<SharedStatus.Partition> partitions,
            @Nullable Move moved) {
        /** Partitions that moved, and when. */
        record Move(Instant at, String what) {}

        static RouteEntry of(String route, String state) {
            return new RouteEntry(
                    route, null, state, null, null, null, null, null, null, null, null, null, null, null, null, null,
                    null, null, null);
        }

        static RouteEntry of(
                String route,
                @Nullable String project,
                String state,
                DeliveryStatus status,
                @Nullable SharedStatus shared,
                Instant now) {
            Overdue overdue = status.overdue();
            return new RouteEntry(
                    route,
                    project,
                    state,
                    status.subscriber(),
                    status.lag(),
                    status.inFlight(),
                    status.delivered(),
                    status.perSecond(),
                    status.failures(),
                    status.setAside().count(),
                    status.handled().count(),
                    status.lastDelivered(),
                    status.failingSince(),
                    overdue == null ? null : overdue.sentence(now),
                    status.lastFailure(),
                    status.setAside().reason(),
                    status.handled().reason(),
                    shared == null ? null : shared.partitions(),
                    shared == null || shared.moved() == null ? null : new Move(shared.moved(), shared.what()));
        }
    }
}
