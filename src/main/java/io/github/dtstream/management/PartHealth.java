package io.github.dtstream.management;

import io.github.dtstream.camel.DeliveryStatus;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.mqtt.MqttStatus;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.EventStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.ServiceStatus;

/** Judges how each part of a router does, and says it in a sentence. */
final class PartHealth {
    private PartHealth() {}

    static Health ofSession(EventStream stream) {
        String part = "stream " + stream.name();
        SessionState state = stream.sessionState();
        if (state instanceof SessionState.Live) {
            return new Health(part, Health.Status.UP, "receiving since " + state.since());
        }
        if (state instanceof SessionState.Connecting connecting) {
            boolean fresh = connecting.failures() == 0;
            return new Health(
                    part,
                    fresh ? Health.Status.UP : Health.Status.DOWN,
                    "connecting since " + state.since()
                            + (fresh ? "" : ", after " + connecting.failures() + " failed attempts in a row"));
        }
        if (state instanceof SessionState.Waiting waiting) {
            return new Health(
                    part,
                    Health.Status.DOWN,
                    waiting.reason().summary() + "; " + waiting.failures()
                            + (waiting.failures() == 1 ? " attempt" : " attempts")
                            + " failed in a row, the next one is at " + waiting.until());
        }
        String reason = state instanceof SessionState.Stopped stopped ? stopped.reason() : "";
        return new Health(part, Health.Status.DOWN, "stopped: " + reason);
    }

    static Health ofJournal(String stream, JournalStatus journal) {
        String part = "journal " + stream;
        if (journal.heldSince() != null) {
            return new Health(
                    part,
                    Health.Status.DOWN,
                    "the disk takes nothing since " + journal.heldSince() + " (" + journal.heldReason()
                            + "); the stream is held and goes on by itself when there is room");
        }
        if (journal.lost() > 0) {
            return new Health(
                    part,
                    Health.Status.DEGRADED,
                    journal.lost() + " events were deleted before every route had them, as the journal reached its size"
                            + " bound; raise journalMaxSize, or find the route that lags");
        }
        return new Health(
                part,
                Health.Status.UP,
                (journal.nextSequence() - journal.firstSequence()) + " events, " + megabytes(journal.bytes()) + " MB");
    }

    static Health ofGaps(EventStream stream, Instant now) {
        String part = "gaps " + stream.name();
        List<Gap> gaps = stream.gaps();
        Optional<Gap> lost =
                gaps.stream().filter(gap -> isLatelyUnfillable(gap, now)).reduce((one, other) -> other);
        List<Gap> open = gaps.stream().filter(gap -> !gap.isSettled()).toList();
        if (open.isEmpty() && lost.isEmpty()) {
            return new Health(part, Health.Status.UP, "none is open");
        }
        StringBuilder message = new StringBuilder();
        if (!open.isEmpty()) {
            message.append(open.size())
                    .append(" open, the oldest since ")
                    .append(open.get(0).from());
            message.append(open.stream()
                    .filter(gap -> gap.state() == Gap.State.FILLING)
                    .findFirst()
                    .map(gap -> "; history is being read, " + gap.progress().percent() + " % done")
                    .orElse(open.get(0).to() == null ? "; history is read when the stream is live again" : ""));
        }
        lost.ifPresent(gap -> message.append(message.length() == 0 ? "" : "; ")
                .append("gap ")
                .append(gap.id())
                .append(" from ")
                .append(gap.from())
                .append(" to ")
                .append(gap.to())
                .append(" cannot be filled: ")
                .append(gap.unfillable()));
        return new Health(part, Health.Status.DEGRADED, message.toString());
    }

    /** What is lost is told for a day, so that somebody sees it; the ledger keeps it for longer. */
    private static boolean isLatelyUnfillable(Gap gap, Instant now) {
        Instant ended = gap.ended();
        return gap.state() == Gap.State.UNFILLABLE && ended != null && ended.isAfter(now.minus(Duration.ofDays(1)));
    }

    static Health ofBroker(MqttStatus broker) {
        Health.Status status = broker.connected() ? Health.Status.UP : Health.Status.DOWN;
        return new Health("broker " + broker.broker(), status, broker.sentence());
    }

    /** @param delivery what the route says of its deliveries; empty if it reads no stream */
    static Health ofRoute(String route, ServiceStatus state, Optional<DeliveryStatus> delivery, Instant now) {
        String part = "route " + route;
        if (!state.isStarted()) {
            return new Health(
                    part,
                    Health.Status.DEGRADED,
                    state.name().toLowerCase(Locale.ROOT) + "; what it has not delivered waits in the journal");
        }
        if (delivery.isPresent() && delivery.get().lastFailure() != null) {
            Instant since = delivery.get().failingSince();
            String duration =
                    since == null ? "" : " (" + Duration.between(since, now).toSeconds() + " s ago)";
            return new Health(
                    part,
                    Health.Status.DOWN,
                    "the last delivery failed" + duration + ": "
                            + delivery.get().lastFailure() + "; "
                            + delivery.get().lag()
                            + " events wait, and it is tried again");
        }
        return new Health(
                part,
                Health.Status.UP,
                delivery.map(status -> status.lag() == 0 ? "delivered all there is" : status.lag() + " events to go")
                        .orElse("started"));
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1_000_000.0);
    }
}
