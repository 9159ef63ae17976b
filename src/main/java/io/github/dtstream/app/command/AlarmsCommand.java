package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.file.Spans;
import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.JsonText;
import io.github.dtstream.app.command.common.TimeArgument;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.text.ReadableDuration;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows alarms and their history, acknowledges, shelves or comments them, and tries rules on the past. */
@Command(
        name = "alarms",
        description = {
            "Shows the alarms of the running router, acknowledges or shelves them, and tries rules on the past.",
            ""
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            AlarmsCommand.Listing.class,
            AlarmsCommand.Acknowledge.class,
            AlarmsCommand.Shelve.class,
            AlarmsCommand.Unshelve.class,
            AlarmsCommand.Comment.class,
            AlarmsCommand.History.class,
            AlarmsTryCommand.class
        })
public final class AlarmsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to do: list, ack, shelve, unshelve, comment, history, or try");
    }

    /** Shows the alarms that need attention. */
    @Command(
            name = "list",
            description = {"Shows the alarms that are not normal, and the shelved ones; the most severe come first.", ""
            },
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Mixin
        private DataFolder data = new DataFolder();

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = data.router().get("/alarms");
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(answer.toPrettyString());
            } else {
                print(answer, out, Instant.parse(answer.path("now").asText()));
            }
            out.flush();
            return ExitCode.OK.code();
        }

        private static void print(JsonNode answer, PrintWriter out, Instant now) {
            int rules = 0;
            for (JsonNode stream : answer.path("streams")) {
                rules += stream.path("rules").asInt();
                if (stream.has("problem")) {
                    out.println(JsonText.line(stream, "stream") + ": " + JsonText.line(stream, "problem"));
                }
            }
            JsonNode alarms = answer.path("alarms");
            if (alarms.isEmpty()) {
                out.println(
                        rules == 0
                                ? "There are no alarm rules; routes/alarms.yaml is the place for them."
                                : "All is normal: " + rules + " rules, and no alarm.");
                return;
            }
            out.printf(
                    "%-9s %-24s %-24s %-14s %-16s %-14s %s%n",
                    "SEVERITY", "RULE", "DEVICE", "STATE", "FOR", "VALUE", "REMARKS");
            for (JsonNode alarm : alarms) {
                out.printf(
                        "%-9s %-24s %-24s %-14s %-16s %-14s %s%n",
                        JsonText.line(alarm, "severity"),
                        JsonText.line(alarm, "rule"),
                        JsonText.line(alarm, "deviceName"),
                        JsonText.line(alarm, "state"),
                        since(alarm, now),
                        JsonText.line(alarm, "value"),
                        remarks(alarm));
            }
        }

        private static String since(JsonNode alarm, Instant now) {
            Duration duration =
                    Duration.between(Instant.parse(alarm.path("since").asText()), now);
            return duration.isNegative() ? "0 s" : ReadableDuration.of(Duration.ofSeconds(duration.toSeconds()));
        }

        private static String remarks(JsonNode alarm) {
            StringBuilder remarks = new StringBuilder();
            if (alarm.path("subject").asText().equals("no-data")) {
                remarks.append("nothing comes from it; ");
            }
            if (alarm.path("isStale").asBoolean()) {
                remarks.append("stale: the device is silent; ");
            }
            if (alarm.has("shelvedUntil")) {
                remarks.append("shelved until ")
                        .append(JsonText.line(alarm, "shelvedUntil"))
                        .append("; ");
            }
            if (alarm.has("person")) {
                String comment = JsonText.line(alarm.path("person"), "comment");
                remarks.append(JsonText.line(alarm.path("person"), "name"))
                        .append(comment.equals("-") ? "" : ": " + comment);
            }
            return remarks.toString().replaceFirst("; $", "");
        }
    }

    /** The alarms that a command is about, and the person who gives it. */
    static final class Target {
        @Parameters(index = "0", paramLabel = "RULE", description = "The rule, as alarms list shows it.")
        private String rule = "";

        @Parameters(
                index = "1",
                paramLabel = "DEVICE",
                arity = "0..1",
                description = "The device, by its name or identifier. Default: every device with an alarm of the rule.",
                defaultValue = "")
        private String device = "";

        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "The person who does it. Default: the user of this computer, ${DEFAULT-VALUE}.",
                defaultValue = "${sys:user.name}")
        private String person = "";

        @Option(names = "--comment", paramLabel = "TEXT", description = "Why.", defaultValue = "")
        private String comment = "";

        @Mixin
        private DataFolder data = new DataFolder();

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        int run(String action, String until, String done) throws Exception {
            ObjectNode request = new ObjectMapper()
                    .createObjectNode()
                    .put("action", action)
                    .put("rule", rule)
                    .put("device", device)
                    .put("person", person)
                    .put("comment", comment);
            if (!until.isEmpty()) {
                request.put("until", until);
            }
            JsonNode answer = data.router().post("/alarms", request);
            PrintWriter out = spec.commandLine().getOut();
            for (JsonNode alarm : answer.path("done")) {
                out.println(JsonText.line(alarm, "rule") + " for " + JsonText.line(alarm, "deviceName") + ": " + done);
            }
            out.flush();
            return ExitCode.OK.code();
        }
    }

    /** Acknowledges alarms. */
    @Command(
            name = "ack",
            description = {
                "Acknowledges alarms: somebody has seen them.",
                "Reminders and escalation stop, until the acknowledgement lapses (acknowledge, in the rule) while the alarm"
                        + " still stands.",
                ""
            },
            mixinStandardHelpOptions = true)
    static final class Acknowledge implements Callable<Integer> {
        @Mixin
        private Target target = new Target();

        @Override
        public Integer call() throws Exception {
            return target.run("acknowledge", "", "acknowledged");
        }
    }

    /** Shelves alarms: nobody is told of them for a while. */
    @Command(
            name = "shelve",
            description = {"Puts alarms on the shelf: nobody is told of them for a while.", ""},
            mixinStandardHelpOptions = true)
    static final class Shelve implements Callable<Integer> {
        @Mixin
        private Target target = new Target();

        @Option(
                names = "--for",
                paramLabel = "DURATION",
                description = "For how long, such as 30m, 8h or 2d.",
                required = true)
        private String span = "";

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Duration length = Spans.parse(span)
                    .filter(given -> !given.isZero())
                    .orElseThrow(() -> new CommandLine.ParameterException(
                            spec.commandLine(), "--for is '" + span + "'; write a duration such as 30m, 8h or 2d"));
            String until = Clock.systemUTC().instant().plus(length).toString();
            return target.run("shelve", until, "shelved until " + until);
        }
    }

    /** Ends the shelving of alarms. */
    @Command(
            name = "unshelve",
            description = {"Takes alarms off the shelf: people are told of them again.", ""},
            mixinStandardHelpOptions = true)
    static final class Unshelve implements Callable<Integer> {
        @Mixin
        private Target target = new Target();

        @Override
        public Integer call() throws Exception {
            return target.run("unshelve", "", "off the shelf");
        }
    }

    /** Adds a comment to the history of alarms. */
    @Command(
            name = "comment",
            description = {"Adds a comment, which --comment gives, to the history of alarms.", ""},
            mixinStandardHelpOptions = true)
    static final class Comment implements Callable<Integer> {
        @Mixin
        private Target target = new Target();

        @Override
        public Integer call() throws Exception {
            return target.run("comment", "", "commented");
        }
    }

    /** Shows the history of alarms. */
    @Command(
            name = "history",
            description = {"Shows what happened to alarms, from the alarm journal.", ""},
            mixinStandardHelpOptions = true)
    static final class History implements Callable<Integer> {
        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = {"From when on:", TimeArgument.FORMS + ".", "Default: ${DEFAULT-VALUE}."},
                defaultValue = "-7d")
        private String from = "";

        @Option(
                names = "--to",
                paramLabel = "TIME",
                description = "Until when. Default: ${DEFAULT-VALUE}.",
                defaultValue = "now")
        private String to = "";

        @Option(names = "--rule", paramLabel = "RULE", description = "Only of this rule.", defaultValue = "")
        private String rule = "";

        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                description = "Only of this device, by its name or identifier.",
                defaultValue = "")
        private String device = "";

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Mixin
        private DataFolder data = new DataFolder();

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Clock clock = Clock.systemUTC();
            StringBuilder query = new StringBuilder("/alarms/history?from=")
                    .append(TimeArgument.ofOption(spec, "--from", from, clock))
                    .append("&to=")
                    .append(TimeArgument.ofOption(spec, "--to", to, clock));
            add(query, "rule", rule);
            add(query, "device", device);
            JsonNode entries = data.router().get(query.toString());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(entries.toPrettyString());
            } else {
                print(entries, out);
            }
            out.flush();
            return ExitCode.OK.code();
        }

        private static void add(StringBuilder query, String name, String value) {
            if (!value.isEmpty()) {
                query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }

        private static void print(JsonNode entries, PrintWriter out) {
            if (entries.isEmpty()) {
                out.println("Nothing happened to alarms in that time.");
                return;
            }
            for (JsonNode entry : entries) {
                boolean isNotification = entry.path("kind").asText().equals("notification");
                String what = isNotification
                        ? "told (" + JsonText.line(entry, "occasion") + ")"
                        : JsonText.line(entry, entry.has("change") ? "change" : "kind");
                out.printf(
                        "%-20.19s %-22s %s%n",
                        JsonText.line(entry, "timestamp"),
                        what,
                        isNotification
                                ? JsonText.line(entry, "text")
                                : JsonText.line(entry, "rule") + " for " + JsonText.line(entry, "deviceName") + ": "
                                        + JsonText.line(entry, "reason"));
            }
        }
    }
}
