package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.JsonText;
import io.github.dtstream.app.command.common.RunningJob;
import io.github.dtstream.app.command.common.TimeArgument;
import io.github.dtstream.app.router.ExitCode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows rejected records, and makes a running router send them again. */
@Command(
        name = "rejected",
        description = {
            "Shows the events that sinks refused for good, or makes the running router send them again.",
            "It also shows received records that are not events; those cannot be sent.",
            ""
        },
        mixinStandardHelpOptions = true,
        subcommands = {RejectedCommand.Listing.class, RejectedCommand.Retry.class})
public final class RejectedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to do with what was rejected: list, or retry");
    }

    /** Options that select rejected records. */
    static final class Selection {
        @Option(
                names = "--subscriber",
                paramLabel = "NAME",
                description = "Only what the sink of this subscriber refused.",
                defaultValue = "")
        private String subscriber = "";

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = {"Only what was rejected then or later:", TimeArgument.FORMS + "."},
                defaultValue = "")
        private String from = "";

        @Option(
                names = "--to",
                paramLabel = "TIME",
                description = "Only what was rejected before that.",
                defaultValue = "")
        private String to = "";

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Only what has this text in its reason.",
                defaultValue = "")
        private String reason = "";

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        ObjectNode request(Clock clock) {
            return new ObjectMapper()
                    .createObjectNode()
                    .put("subscriber", subscriber)
                    .put("from", time("--from", from, clock))
                    .put("to", time("--to", to, clock))
                    .put("reason", reason);
        }

        private String time(String option, String text, Clock clock) {
            return text.isEmpty()
                    ? ""
                    : TimeArgument.ofOption(spec, option, text, clock).toString();
        }
    }

    /** Shows rejected records. */
    @Command(
            name = "list",
            description = {"Shows the newest records that were rejected and not sent again since.", ""},
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        private static final int MOST = 1000;

        @Mixin
        private Selection selection = new Selection();

        @Option(names = "--all", description = "Also those that were sent again.")
        private boolean all;

        @Option(
                names = "--limit",
                paramLabel = "COUNT",
                description = "How many at most, up to 1000. Default: ${DEFAULT-VALUE}.",
                defaultValue = "50")
        private int limit;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Mixin
        private DataFolder data = new DataFolder();

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            if (limit < 1 || limit > MOST) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "--limit is " + limit + "; it must be 1 to " + MOST);
            }
            ObjectNode request =
                    selection.request(Clock.systemUTC()).put("all", all).put("limit", limit);
            StringBuilder query = new StringBuilder("/rejected?");
            request.properties()
                    .forEach(field -> query.append(field.getKey())
                            .append('=')
                            .append(URLEncoder.encode(field.getValue().asText(), StandardCharsets.UTF_8))
                            .append('&'));
            JsonNode answer = data.router().get(query.toString());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(answer.toPrettyString());
            } else {
                print(answer, data.path(), out);
            }
            out.flush();
            return ExitCode.OK.code();
        }

        private static void print(JsonNode answer, Path folder, PrintWriter out) {
            JsonNode entries = answer.get("rejected");
            if (entries.isEmpty()) {
                out.println("Nothing of that kind was rejected.");
                return;
            }
            out.printf("%-16s %-20s %-28s %-24s %-13s %s%n", "ID", "TIME", "WHERE", "EVENT", "SENT AGAIN", "REASON");
            for (JsonNode entry : entries) {
                out.printf(
                        "%-16s %-20.19s %-28s %-24s %-13s %s%n",
                        JsonText.line(entry, "id"),
                        JsonText.line(entry, "time"),
                        JsonText.line(entry, "where"),
                        JsonText.line(entry, "eventId"),
                        JsonText.line(entry, "settled"),
                        JsonText.line(entry, "reason"));
            }
            long total = answer.get("total").asLong();
            if (total > entries.size()) {
                out.println("These are the newest " + entries.size() + " of " + total + "; --limit shows more.");
            }
            out.println("Each is a line of a file in " + folder.resolve("rejected") + ", by the id's date and number.");
        }
    }

    /** Makes a running router send rejected records again. */
    @Command(
            name = "retry",
            description = {
                "Makes the running router send refused events again, each to the route whose sink refused it.",
                "A delivered event is noted and not sent twice; an event that is refused again is listed as a new entry.",
                "Ctrl-C leaves the job running.",
                ""
            },
            mixinStandardHelpOptions = true)
    static final class Retry implements Callable<Integer> {
        @Parameters(paramLabel = "ID", arity = "0..*", description = "Only these records; rejected list shows the ids.")
        private List<String> ids = List.of();

        @Mixin
        private Selection selection = new Selection();

        @Mixin
        private RunningJob job = new RunningJob();

        @Override
        public Integer call() throws Exception {
            ObjectNode request = selection.request(Clock.systemUTC());
            ArrayNode named = request.putArray("ids");
            ids.forEach(named::add);
            return job.run("rejected-retry", request);
        }
    }
}
