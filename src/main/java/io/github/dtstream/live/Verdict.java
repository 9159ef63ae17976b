package io.github.dtstream.live;

import io.github.dtstream.management.Health;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of the router in a sentence for a person who is not a programmer: whether all is well and since when; if
 * not, the worst problem, what it means for the data, and what to do. Immutable.
 *
 * @param status the worst status of all parts
 * @param since when that began; null if it is not known
 */
record Verdict(
        Health.Status status, String sentence, @Nullable Instant since) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("d MMMM HH:mm 'UTC'", Locale.ENGLISH);
    private static final Comparator<Trouble> WORST_FIRST = Comparator.comparing(Trouble::status)
            .reversed()
            .thenComparing(Trouble::kind)
            .thenComparing(Trouble::name);

    /**
     * @param troubles in any order
     * @param wellSince since when all has been well, if it is
     * @param byPush whether some events come by push alone, so that missing ones are not noticed
     * @param more sentences about what is no problem of the router: raised alarms, streams that others hold; may be empty
     */
    static Verdict of(List<Trouble> troubles, @Nullable Instant wellSince, boolean byPush, String more, Instant now) {
        if (troubles.isEmpty()) {
            return new Verdict(
                    Health.Status.UP,
                    "All is well" + since(wellSince, now)
                            + (byPush
                                    ? ": every event that is pushed is stored, and is delivered by every route; what is not"
                                            + " pushed, nothing shows."
                                    : ": every event arrives, is stored, and is delivered by every route.")
                            + (more.isEmpty() ? "" : " " + more),
                    wellSince);
        }
        List<Trouble> sorted = troubles.stream().sorted(WORST_FIRST).toList();
        Trouble worst = sorted.get(0);
        String others = sorted.size() == 1
                ? ""
                : sorted.size() == 2
                        ? " One more thing needs a look: " + named(sorted.get(1)) + "."
                        : " " + (sorted.size() - 1) + " more things need a look, first " + named(sorted.get(1)) + ".";
        return new Verdict(worst.status(), sentence(worst, now) + others, worst.since());
    }

    static String since(@Nullable Instant since, Instant now) {
        if (since == null) {
            return "";
        }
        var then = since.atOffset(ZoneOffset.UTC);
        boolean isToday = then.toLocalDate().equals(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return " since " + (isToday ? TIME : DAY_AND_TIME).format(then);
    }

    private static String sentence(Trouble trouble, Instant now) {
        String since = since(trouble.since(), now);
        String name = trouble.name();
        String what = end(trouble.what());
        boolean isDown = trouble.status() == Health.Status.DOWN;
        return switch (trouble.kind()) {
            case THREADS ->
                (isDown ? "A part of the router does not work" : "A part of the router failed and works again")
                        + since + ": " + what
                        + (isDown
                                ? " Start the router again if this does not go by itself; nothing that was received is lost."
                                : " Tell its makers, with the log.");
            case JOURNAL ->
                isDown
                        ? "Nothing can be stored" + since + ": " + what
                                + " Make room on the disk or mend it, or bring Kafka back, whichever keeps them; the router waits, goes"
                                + " on by itself, and fetches what was"
                                + " missed from the cloud."
                        : "Events were deleted before every route had them" + since + ": " + what;
            case DISK -> "The disk is nearly full" + since + ": " + what;
            case LEDGER ->
                "Gaps in the data of " + name + " cannot be noted" + since + ": " + what
                        + " Make room on the disk or mend it.";
            case STREAM_STOPPED ->
                (isDown
                                ? "No events arrive from " + name + since
                                : "The stream of " + name + " is interrupted" + since + ", and events come by push")
                        + ", and the router does not try any more: " + what
                        + " Put that right, then start the router again; what was missed is fetched from the cloud then.";
            case STREAM ->
                (isDown
                                ? "No events arrive from " + name + since
                                : "The stream of " + name + " is interrupted" + since + ", and events come by push")
                        + ": " + what
                        + " The router tries again by itself and fetches what was missed. If it lasts, look whether this machine"
                        + " reaches the internet.";
            case ROUTE ->
                isDown
                        ? "The route " + name + " delivers nothing" + since + ": " + what
                                + " Nothing is lost: the events wait and are delivered when the cause is mended."
                        : "The route " + name + " needs a look" + since + ": " + what;
            case BROKER ->
                "The broker " + name + " is not reached" + since + ": " + what
                        + " Events wait for it and are published when it is back.";
            case ROUTE_FILES ->
                isDown
                        ? "Routes are missing" + since + ": " + what + " Mend the files in the folder routes."
                        : "A changed file is not in effect" + since + ": " + what
                                + " What ran before goes on; mend the file and save it.";
            case LOST -> "Some data of " + name + " is missing for good: " + what;
            case GAPS ->
                "Data of " + name + " is missing" + since + " and is being fetched: " + what
                        + " Nothing needs to be done.";
            case ALARMS ->
                (isDown ? "Alarms of " + name + " are not watched" : "Alarms of " + name + " need a look") + since
                        + ": " + what;
            case GRAPHS ->
                "Graphs of " + name + " are not up to date: " + what
                        + " Nothing is lost, and they catch up by themselves.";
            case OTHER ->
                (name.isEmpty() ? "Something" : name) + (isDown ? " does not work" : " needs a look") + since + ": "
                        + what;
        };
    }

    /** A few words for a further problem. */
    private static String named(Trouble trouble) {
        String name = trouble.name();
        return switch (trouble.kind()) {
            case THREADS -> "a part of the router that failed";
            case JOURNAL -> "the journal " + name;
            case DISK -> "the disk, which is nearly full";
            case LEDGER -> "the list of gaps of " + name;
            case STREAM_STOPPED, STREAM -> "the stream " + name;
            case ROUTE -> "the route " + name;
            case BROKER -> "the broker " + name;
            case ROUTE_FILES -> "the files in the folder routes";
            case LOST, GAPS -> "missing data of " + name;
            case ALARMS -> "the alarms of " + name;
            case GRAPHS -> "the graphs of " + name;
            case OTHER -> name;
        };
    }

    /** The text with one full stop at its end. */
    private static String end(String text) {
        String trimmed = text.strip();
        return trimmed.endsWith(".") || trimmed.endsWith("!") || trimmed.endsWith("?") ? trimmed : trimmed + ".";
    }
}
