package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.text.Printable;
import io.github.dtstream.text.ReadableDuration;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a running router is doing. */
@Command(
        name = "list",
        description = {"Shows the streams and routes of the router that runs on this data folder.", ""},
        mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {
    @Mixin
    private DataFolder data = new DataFolder();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        JsonNode status = data.router().get("/routes");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(status.toPrettyString());
        } else {
            print(status, out, Instant.parse(status.path("now").asText()));
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private static void print(JsonNode status, PrintWriter out, Instant now) {
        out.printf("%-32s %-11s %10s %9s %s%n", "STREAM", "STATE", "EVENTS", "OPEN GAPS", "LAST RECEIVED");
        for (JsonNode stream : status.get("streams")) {
            out.printf(
                    "%-32s %-11s %10d %9d %s%n",
                    text(stream.get("stream")),
                    stream.get("state").asText(),
                    stream.get("events").asLong(),
                    stream.get("openGaps").asLong(),
                    ago(stream.path("lastReceived"), now));
        }
        for (JsonNode stream : status.get("streams")) {
            if (stream.has("account")) {
                out.printf(
                        "%s: read by the service account %s%n",
                        text(stream.get("stream")), text(stream.get("account")));
            }
            if (stream.has("lastPushed")) {
                out.printf(
                        "%s: %d events came by push, the last %s%n",
                        text(stream.get("stream")), stream.get("pushed").asLong(), ago(stream.path("lastPushed"), now));
            }
            if (stream.has("ledgerProblem")) {
                out.printf(
                        "%s: the gap ledger cannot be written (%s)%n",
                        text(stream.get("stream")), text(stream.get("ledgerProblem")));
            }
        }
        out.println();
        out.printf(
                "%-24s %-24s %-9s %10s %8s %8s %8s %10s %-16s %s%n",
                "ROUTE",
                "SUBSCRIBER",
                "STATE",
                "DELIVERED",
                "REFUSED",
                "HANDLED",
                "LAG",
                "PER SECOND",
                "LAST DELIVERED",
                "LAST ERROR");
        for (JsonNode route : status.get("routes")) {
            boolean subscribed = route.has("lag");
            out.printf(
                    "%-24s %-24s %-9s %10s %8s %8s %8s %10s %-16s %s%n",
                    text(route.get("route")) + (route.has("project") ? " of " + text(route.get("project")) : ""),
                    subscribed ? text(route.get("subscriber")) : "-",
                    route.get("state").asText(),
                    subscribed ? route.get("delivered").asText() : "-",
                    subscribed ? route.get("refused").asText() : "-",
                    subscribed ? route.get("handledFailures").asText() : "-",
                    subscribed ? route.get("lag").asText() : "-",
                    subscribed ? String.format("%.1f", route.get("perSecond").asDouble()) : "-",
                    ago(route.path("lastDelivered"), now),
                    lastError(route));
        }
        printShared(status.get("routes"), now, out);
        printHolders(status.path("holders"), status.path("node").asText(), now, out);
        printStandbys(status.path("standbys"), now, out);
        printMemory(status.path("memory"), out);
        printComplaints(status.path("complaints"), out);
        printRetired(status.path("retired"), out);
        printJobs(status.path("jobs"), out);
    }

    /** Prints which router reads which partition of a shared route. */
    private static void printShared(JsonNode routes, Instant now, PrintWriter out) {
        for (JsonNode route : routes) {
            if (!route.has("partitions")) {
                continue;
            }
            out.println();
            out.printf("%-24s %9s %-24s %8s%n", "SHARED ROUTE", "PARTITION", "READ BY", "LAG");
            for (JsonNode partition : route.get("partitions")) {
                long lag = partition.get("lag").asLong();
                out.printf(
                        "%-24s %9d %-24s %8s%n",
                        text(route.get("route")) + (route.has("project") ? " of " + text(route.get("project")) : ""),
                        partition.get("number").asInt(),
                        partition.path("node").isTextual() ? text(partition.get("node")) : "nobody",
                        lag < 0 ? "-" : Long.toString(lag));
            }
            if (route.has("moved")) {
                out.printf(
                        "this router %s, %s%n",
                        text(route.get("moved").get("what")),
                        ago(route.get("moved").path("at"), now));
            }
        }
    }

    /** Prints the holders of the streams of a group. */
    private static void printHolders(JsonNode holders, String self, Instant now, PrintWriter out) {
        if (holders.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-32s %-24s %-16s %s%n", "STREAM", "HELD BY", "SINCE", "WHY");
        for (JsonNode one : holders) {
            boolean isHeld = one.path("node").isTextual();
            boolean isOwn = isHeld && one.get("node").asText().equals(self);
            out.printf(
                    "%-32s %-24s %-16s %s%n",
                    text(one.get("stream")),
                    (isHeld ? text(one.get("node")) : "nobody") + (isOwn ? " (this one)" : ""),
                    ago(one.path("since"), now),
                    text(one.path("why")));
        }
    }

    /** Prints for which streams this router stands by hot. */
    private static void printStandbys(JsonNode standbys, Instant now, PrintWriter out) {
        if (standbys.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-32s %-24s %-16s %s%n", "STANDS BY FOR", "STATE", "COMPLETE SINCE", "RECORDS");
        for (JsonNode one : standbys) {
            out.printf(
                    "%-32s %-24s %-16s %s%n",
                    text(one.get("stream")),
                    text(one.get("state")),
                    ago(one.path("completeSince"), now),
                    one.path("records").asText());
        }
    }

    /** The memory budget for events, and how much of it is used by what. */
    private static void printMemory(JsonNode budgets, PrintWriter out) {
        for (JsonNode budget : budgets) {
            StringJoiner holders = new StringJoiner(", ");
            budget.path("used")
                    .properties()
                    .forEach(holder -> holders.add(holder.getKey() + " " + megabytes(holder.getValue())));
            out.println();
            out.printf("MEMORY for events: %s MB; %s%n", megabytes(budget.get("bytes")), holders);
        }
    }

    private static String megabytes(JsonNode bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes.asLong() / (double) (1 << 20));
    }

    /** Every health check that is not UP, with its message. */
    private static void printComplaints(JsonNode complaints, PrintWriter out) {
        if (complaints.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-9s %-32s %s%n", "HEALTH", "OF", "WHY");
        for (JsonNode one : complaints) {
            out.printf(
                    "%-9s %-32s %s%n",
                    one.get("status").asText().toLowerCase(Locale.ROOT),
                    text(one.get("part")),
                    text(one.get("message")));
        }
    }

    private static void printRetired(JsonNode retired, PrintWriter out) {
        if (retired.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-24s %-32s %10s %-16s %s%n", "WITHOUT A ROUTE", "STREAM", "WAITING", "SINCE", "FORGOTTEN IN");
        for (JsonNode one : retired) {
            out.printf(
                    "%-24s %-32s %10d %-16s %s%n",
                    one.get("subscriber").asText(),
                    one.get("stream").asText(),
                    one.get("lag").asLong(),
                    readable(one.get("idleSeconds")),
                    readable(one.get("forgottenInSeconds")));
        }
    }

    private static String readable(JsonNode seconds) {
        return ReadableDuration.of(Duration.ofSeconds(seconds.asLong()));
    }

    /** The current failure, or else the last refusal, or else the last failure that the route handled. */
    private static String lastError(JsonNode route) {
        if (route.path("lastError").isTextual()) {
            return text(route.get("lastError"));
        }
        if (route.path("overdue").isTextual()) {
            return text(route.get("overdue"));
        }
        if (route.path("lastRefusal").isTextual()) {
            return "refused: " + text(route.get("lastRefusal"));
        }
        return route.path("lastHandledFailure").isTextual()
                ? "handled by the route: " + text(route.get("lastHandledFailure"))
                : "-";
    }

    private static void printJobs(JsonNode jobs, PrintWriter out) {
        if (jobs.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-5s %-8s %4s  %s%n", "JOB", "STATE", "", "WHAT");
        for (JsonNode job : jobs) {
            out.printf(
                    "%-5s %-8s %3d%%  %s: %s%n",
                    job.get("id").asText(),
                    job.get("state").asText(),
                    job.get("percent").asInt(),
                    text(job.get("title")),
                    text(job.get("message")));
        }
    }

    /** The text on one line, as names and reasons come from outside. */
    private static String text(JsonNode node) {
        return Printable.line(node.asText());
    }

    private static String ago(JsonNode time, Instant now) {
        if (!time.isTextual()) {
            return "never";
        }
        long seconds =
                Math.max(0, Duration.between(Instant.parse(time.asText()), now).toSeconds());
        return ReadableDuration.of(Duration.ofSeconds(seconds)) + " ago";
    }
}
