package io.github.dtstream.management;

import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.AlarmStatus;
import io.github.dtstream.camel.alarm.RunningAlarms;
import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.delivery.batch.Overdue;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.ThreadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** Judges the health of each part of a router, with a sentence. Stateless. */
final class PartHealth {
    /** A refusal of a sink is shown for a day, so that somebody sees it. */
    private static final Duration REFUSED_IS_TOLD = Duration.ofDays(1);
    /** A handled failure is shown for a shorter time, as an error handler may be meant for occasional failures. */
    private static final Duration HANDLED_IS_TOLD = Duration.ofMinutes(10);

    private PartHealth() {}

    /** The health of the threads. A failure is shown for a day, so that somebody sees it. */
    static Health ofThreads(List<ThreadReport> threads, Instant now) {
        List<ThreadReport> down = threads.stream()
                .filter(thread -> thread.state() != ThreadReport.State.RUNNING)
                .toList();
        List<ThreadReport> told = down.isEmpty()
                ? threads.stream()
                        .filter(thread -> isLately(thread.lastFailed(), now))
                        .toList()
                : down;
        if (told.isEmpty()) {
            return new Health(Health.Kind.THREADS.part(), Health.Status.UP, threads.size() + " work");
        }
        return new Health(
                Health.Kind.THREADS.part(),
                down.isEmpty() ? Health.Status.DEGRADED : Health.Status.DOWN,
                told.stream().map(PartHealth::sentence).collect(Collectors.joining("; ")));
    }

    private static String sentence(ThreadReport thread) {
        String failure = thread.name() + " failed " + (thread.failures() == 1 ? "once" : thread.failures() + " times")
                + ", last at " + thread.lastFailed() + ": " + thread.lastFailure();
        return switch (thread.state()) {
            case RUNNING -> failure + " (" + thread.meaning() + " then; it works again)";
            case DOWN -> failure + ". It is started again in a moment; until then " + thread.meaning();
            case DEAD -> failure + ". From then on " + thread.meaning() + "; the process ends";
        };
    }

    private static boolean isLately(@Nullable Instant time, Instant now) {
        return time != null && time.isAfter(now.minus(Duration.ofDays(1)));
    }

    static Health ofJournal(String stream, JournalStatus journal) {
        Health.Part part = Health.Kind.JOURNAL.part(stream);
        if (journal.takenOver() != null) {
            return new Health(part, Health.Status.DOWN, journal.takenOver());
        }
        if (journal.heldSince() != null) {
            return new Health(
                    part,
                    Health.Status.DOWN,
                    "nothing can be written since " + journal.heldSince() + " (" + journal.heldReason()
                            + "); the stream is held and goes on by itself when it can");
        }
        String more = journal.maxBytes().isPresent() ? "journalMaxSize" : "the topic's retention.ms";
        String lost = lost(journal, "events", "raise " + more + ", or find the route that lags");
        if (!lost.isEmpty()) {
            return new Health(part, Health.Status.DEGRADED, lost);
        }
        return new Health(
                part, Health.Status.UP, journal.events() + " events" + size(journal) + retired(journal, "of them"));
    }

    private static String size(JournalStatus journal) {
        return journal.bytes().isPresent() ? ", " + megabytes(journal.bytes().getAsLong()) + " MB" : "";
    }

    /** What was deleted before every route had it; empty if nothing was. */
    private static String lost(JournalStatus journal, String what, String advice) {
        List<JournalStatus.Subscriber> losers = journal.subscribers().stream()
                .filter(subscriber -> subscriber.lost() > 0)
                .toList();
        return losers.isEmpty()
                ? ""
                : losers.stream().mapToLong(JournalStatus.Subscriber::lost).sum() + " " + what
                        + " were deleted before every route had them, "
                        + (journal.maxBytes().isPresent()
                                ? "as the journal reached its size bound ("
                                : "as they were older than their topic keeps them (")
                        + losers.stream().map(PartHealth::loss).collect(Collectors.joining(", ")) + "); " + advice;
    }

    private static String loss(JournalStatus.Subscriber subscriber) {
        String use = subscriber.active() ? "" : ", which no route uses: see the command forget";
        return subscriber.lost() + " of " + subscriber.name() + use;
    }

    /** A sentence about subscribers that no route uses and for which events wait. */
    private static String retired(JournalStatus journal, String what) {
        return journal.subscribers().stream()
                .filter(subscriber -> !subscriber.active() && subscriber.lag() > 0)
                .map(subscriber -> "; " + subscriber.lag() + " " + what + " wait for " + subscriber.name()
                        + ", which no route uses: it is forgotten in " + ReadableDuration.of(subscriber.released())
                        + ", or by the command forget")
                .collect(Collectors.joining());
    }

    static List<Health> ofAlarms(RunningAlarms alarms) {
        List<Health> all = new ArrayList<>();
        for (RunningAlarms.Closed closed : alarms.closed()) {
            all.add(new Health(Health.Kind.ALARMS.part(closed.stream()), Health.Status.DOWN, closed.problem()));
        }
        for (AlarmService service : alarms.services()) {
            all.add(ofAlarms(service.status(), service.journal().status()));
        }
        return all;
    }

    /** Why alarms of a stream may be missing; null if nothing is known to be wrong. */
    static @Nullable String problemOfAlarms(AlarmStatus status, JournalStatus journal) {
        return journal.heldSince() == null
                ? status.problem()
                : "no alarm can be written since " + journal.heldSince() + " (" + journal.heldReason()
                        + "); it goes on by itself when it can";
    }

    static Health ofAlarms(AlarmStatus status, JournalStatus journal) {
        Health.Part part = Health.Kind.ALARMS.part(status.stream());
        String problem = problemOfAlarms(status, journal);
        if (problem != null) {
            return new Health(part, journal.heldSince() == null ? Health.Status.DEGRADED : Health.Status.DOWN, problem);
        }
        String lost = lost(journal, "changes of alarms", "find the route that lags");
        if (!lost.isEmpty()) {
            return new Health(part, Health.Status.DEGRADED, lost);
        }
        long raised = status.alarms().stream()
                .filter(alarm -> alarm.state().isRaised())
                .count();
        return new Health(
                part,
                Health.Status.UP,
                status.rules() + " rules, " + raised + " alarms raised, " + status.lag() + " events to go"
                        + retired(journal, "changes of alarms"));
    }

    static Health ofBroker(MqttStatus broker) {
        Health.Status status = broker.isWell() ? Health.Status.UP : Health.Status.DOWN;
        return new Health(Health.Kind.BROKER.part(broker.broker()), status, broker.sentence());
    }

    /** @param delivery the status of the route's deliveries; empty if it reads no stream */
    static Health ofRoute(String route, ServiceStatus state, Optional<DeliveryStatus> delivery, Instant now) {
        Health.Part part = Health.Kind.ROUTE.part(route);
        if (!state.isStarted()) {
            return new Health(
                    part,
                    Health.Status.DEGRADED,
                    state.name().toLowerCase(Locale.ROOT) + "; what it has not delivered waits in the journal");
        }
        if (delivery.isPresent() && delivery.get().lastFailure() != null) {
            return new Health(part, Health.Status.DOWN, failing(delivery.get(), now));
        }
        Overdue overdue = delivery.map(DeliveryStatus::overdue).orElse(null);
        if (overdue != null) {
            return new Health(
                    part,
                    Health.Status.DEGRADED,
                    overdue.sentence(now) + "; " + delivery.get().lag() + " events to go");
        }
        String progress = delivery.map(
                        status -> status.lag() == 0 ? "delivered all there is" : status.lag() + " events to go")
                .orElse("started");
        String mishaps = delivery.map(status -> lately(
                                status.setAside(),
                                REFUSED_IS_TOLD,
                                "refused by the sink (`rejected list` shows them, `rejected retry` sends them again)",
                                "event",
                                now)
                        + lately(
                                status.handled(),
                                HANDLED_IS_TOLD,
                                "taken by an error handler of the route, so that the event counts as done",
                                "failure",
                                now))
                .orElse("");
        return new Health(part, mishaps.isEmpty() ? Health.Status.UP : Health.Status.DEGRADED, progress + mishaps);
    }

    /** The health of a route that cannot read a project. */
    static Health ofUnread(String route, String why) {
        return new Health(
                Health.Kind.ROUTE.part(route), Health.Status.DOWN, "cannot be read: " + why + "; it is tried again");
    }

    static Health ofUnshared(String route, String why) {
        return new Health(
                Health.Kind.ROUTE.part(route),
                Health.Status.DEGRADED,
                "shared, and this router does not take part: " + why + "; it is tried again");
    }

    private static String failing(DeliveryStatus delivery, Instant now) {
        Instant since = delivery.failingSince();
        String duration = since == null ? "" : " for " + ReadableDuration.of(Duration.between(since, now));
        return "deliveries fail" + duration + " (" + delivery.failedInARow() + " attempts): " + delivery.lastFailure()
                + "; " + delivery.lag() + " events wait, and it is tried again";
    }

    /** A sentence about failures while the newest is not older than that; empty text after that. */
    private static String lately(DeliveryFailures mishaps, Duration age, String what, String unit, Instant now) {
        Instant last = mishaps.last();
        if (last == null || Duration.between(last, now).compareTo(age) > 0) {
            return "";
        }
        return "; " + what + ": " + mishaps.count() + " " + unit + (mishaps.count() == 1 ? "" : "s") + ", the last "
                + ReadableDuration.of(Duration.between(last, now)) + " ago: " + mishaps.reason();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / (double) (1 << 20));
    }
}
