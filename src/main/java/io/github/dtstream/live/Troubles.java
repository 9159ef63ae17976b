package io.github.dtstream.live;

import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.live.Trouble.Kind;
import io.github.dtstream.management.Health;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.series.SeriesStatus;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the problems of a running router, for a {@link Verdict}. Used by one thread. */
final class Troubles {
    private final RouterStatus status;
    private final Map<String, EventStream> streams = new HashMap<>();

    Troubles(RouterStatus status) {
        this.status = status;
        status.streams().forEach(stream -> streams.put(stream.name(), stream));
    }

    /** The problems among the health of all parts. */
    List<Trouble> of(List<Health> parts) {
        List<Trouble> all = new ArrayList<>();
        for (Health part : parts) {
            if (part.status() != Health.Status.UP) {
                all.add(of(part));
            }
        }
        return all;
    }

    /** A sentence about streams that other routers of the group hold; empty text if none do. */
    static String elsewhere(List<Holding> holdings) {
        Set<String> nodes = new TreeSet<>();
        holdings.stream().map(Holding::node).filter(Objects::nonNull).forEach(nodes::add);
        if (nodes.isEmpty()) {
            return "";
        }
        return (holdings.size() == 1
                        ? "The stream " + holdings.get(0).stream() + " is"
                        : holdings.size() + " streams are")
                + " held by another router of the group (" + String.join(", ", nodes) + "); this one waits.";
    }

    private Trouble of(Health part) {
        String name = part.part().name();
        return switch (part.part().kind()) {
            case STREAM -> stream(part, name);
            case JOURNAL -> trouble(isTakenOver(name) ? Kind.OTHER : Kind.JOURNAL, part, heldSince(name));
            case GAPS -> gaps(part, name);
            case ROUTE -> trouble(Kind.ROUTE, part, failingSince(name));
            case BROKER -> trouble(Kind.BROKER, part, null);
            case ROUTES -> trouble(Kind.ROUTE_FILES, part, null);
            case DISK -> trouble(Kind.DISK, part, null);
            case THREADS -> trouble(Kind.THREADS, part, null);
            case ALARMS -> trouble(Kind.ALARMS, part, null);
            case GRAPHS -> trouble(Kind.GRAPHS, part, null);
            case ROUTER -> new Trouble(Kind.OTHER, part.part().toString(), part.status(), part.message(), null);
        };
    }

    private static Trouble trouble(Kind kind, Health part, @Nullable Instant since) {
        return new Trouble(kind, part.part().name(), part.status(), part.message(), since);
    }

    private Trouble stream(Health part, String name) {
        EventStream stream = streams.get(name);
        if (stream == null) {
            return new Trouble(Kind.STREAM, name, part.status(), part.message(), null);
        }
        SessionState state = stream.sessionState();
        if (state instanceof SessionState.Stopped stopped) {
            return new Trouble(Kind.STREAM_STOPPED, name, part.status(), stopped.reason(), stopped.since());
        }
        Instant since = stream.gaps().stream()
                .filter(gap -> gap.to() == null)
                .map(Gap::from)
                .findFirst()
                .orElseGet(() -> since(stream, state));
        if (state instanceof SessionState.Waiting waiting) {
            return new Trouble(
                    Kind.STREAM, name, part.status(), waiting.reason().summary(), since);
        }
        return new Trouble(Kind.STREAM, name, part.status(), part.message(), since);
    }

    /** A live stream is in trouble from when it read something last. */
    private Instant since(EventStream stream, SessionState state) {
        return state instanceof SessionState.Live
                ? stream.silence().map(status.now()::minus).orElse(state.since())
                : state.since();
    }

    private Trouble gaps(Health part, String name) {
        EventStream stream = streams.get(name);
        if (stream != null && stream.ledgerProblem().isPresent()) {
            return trouble(Kind.LEDGER, part, null);
        }
        Instant now = status.now();
        List<Gap> gaps = stream == null ? List.of() : stream.gaps();
        List<Gap> open = gaps.stream().filter(gap -> !gap.isSettled()).toList();
        return open.isEmpty() || gaps.stream().anyMatch(gap -> gap.isLatelyUnfillable(now))
                ? trouble(Kind.LOST, part, null)
                : trouble(Kind.GAPS, part, open.get(0).from());
    }

    private @Nullable Instant heldSince(String name) {
        EventStream stream = streams.get(name);
        return stream == null ? null : stream.journal().status().heldSince();
    }

    private boolean isTakenOver(String name) {
        EventStream stream = streams.get(name);
        return stream != null && stream.journal().status().takenOver() != null;
    }

    private @Nullable Instant failingSince(String route) {
        return status.deliveries().stream()
                .filter(each -> each.name().equals(route))
                .findFirst()
                .map(each -> each.status().failingSince())
                .orElse(null);
    }

    /** The health of the graphs: whether they show the journal's values, up to a lag of two minutes. */
    static Health ofGraphs(SeriesStatus graphs, Instant now) {
        Health.Part part = Health.Kind.GRAPHS.part(graphs.stream());
        if (graphs.problem() != null) {
            return new Health(part, Health.Status.DEGRADED, graphs.problem());
        }
        Instant until = graphs.until();
        boolean isLate = graphs.lag() > 0
                && until != null
                && Duration.between(until, now).compareTo(Duration.ofMinutes(2)) > 0;
        if (isLate) {
            return new Health(
                    part,
                    Health.Status.DEGRADED,
                    "they show what was received until " + until + "; " + graphs.lag() + " events to go");
        }
        return new Health(
                part,
                Health.Status.UP,
                graphs.series() + " series of " + graphs.devices() + " devices, " + graphs.blocks() + " blocks"
                        + (graphs.missing() > 0 ? "; " + graphs.missing() + " older records are read again" : ""));
    }

    /** Since when all has been well, if it is: since the end of the last problem, or since the start. */
    Instant wellSince(Instant startedAt) {
        Instant latest = startedAt;
        for (EventStream stream : streams.values()) {
            latest = later(latest, stream.sessionState().since());
            for (Gap gap : stream.gaps()) {
                latest = gap.ended() == null ? latest : later(latest, gap.ended());
            }
        }
        return latest;
    }

    private static Instant later(Instant one, Instant other) {
        return other.isAfter(one) ? other : one;
    }

    /** A sentence about raised alarms; empty if there are none. */
    static String alarms(List<AlarmService> services) {
        List<AlarmView> raised = services.stream()
                .flatMap(service -> service.alarms().stream())
                .filter(alarm -> alarm.state().isRaised())
                .toList();
        if (raised.isEmpty()) {
            return "";
        }
        AlarmView worst = raised.stream()
                .reduce((one, other) -> other.severity().compareTo(one.severity()) > 0 ? other : one)
                .orElseThrow();
        return (raised.size() == 1 ? "An alarm is raised: " : raised.size() + " alarms are raised, the worst: ")
                + worst.key().rule() + " of " + worst.deviceName() + " ("
                + worst.severity().label() + ").";
    }
}
