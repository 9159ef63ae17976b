package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.trial.AlarmTrial;
import io.github.dtstream.alarm.trial.RuleTrial;
import io.github.dtstream.alarm.trial.RuleTrial.Raised;
import io.github.dtstream.alarm.trial.TrialReport;
import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.TemporaryFolder;
import io.github.dtstream.app.command.common.TimeArgument;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.HistoryTrial;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.device.DeviceSnapshot;
import io.github.dtstream.journal.local.JournalFiles;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Printable;
import io.github.dtstream.text.ReadableDuration;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries alarm rules on events that were received before. */
@Command(
        name = "try",
        description = {
            "Tries alarm rules on the past: shows the alarms that they would have raised. The live alarms use the same code.",
            "It reads the journal in the data folder and changes nothing; a router may run on that folder.",
            "With --history it reads the cloud's history instead, which goes back 31 days, and needs no journal.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class AlarmsTryCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 10;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = {"From when on:", TimeArgument.FORMS + ".", "Default: ${DEFAULT-VALUE}."},
            defaultValue = "-7d")
    private String from = "";

    @Option(names = "--history", description = "Read the events from the cloud's history instead of the journal.")
    private boolean history;

    @Option(names = "--rules", paramLabel = "FILE", description = "The rules. Default: all of the folder routes.")
    private @Nullable Path rules;

    @Option(names = "--against", paramLabel = "FILE", description = "Older rules to compare with: shows what differs.")
    private @Nullable Path against;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = {
                "The stream, as list shows it. Default: the only one there is;",
                "with --history, the project of the settings."
            },
            defaultValue = "")
    private String stream = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or csv. Default: text.",
            defaultValue = "text")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Mixin
    private DataFolder data = new DataFolder();

    @Spec
    private CommandSpec spec;

    /** The form of the output. */
    enum Format {
        TEXT,
        JSON,
        CSV
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.here();
        Map<String, String> properties = RoutesFolder.properties(settings);
        List<List<AlarmRule>> ruleSets = new ArrayList<>();
        ruleSets.add(rules == null ? rules(RouteFiles.read(Path.of("routes")), properties) : rules(rules, properties));
        if (against != null) {
            ruleSets.add(rules(against, properties));
        }
        Clock clock = Clock.systemUTC();
        Instant begin = TimeArgument.ofOption(spec, "--from", from, clock);
        List<AlarmTrial> trials;
        try {
            trials = history
                    ? historyTrial(settings, ruleSets, begin, clock.instant().truncatedTo(ChronoUnit.MILLIS))
                    : journalTrial(ruleSets, begin);
        } catch (CloudException e) {
            spec.commandLine()
                    .getErr()
                    .println(ConsoleLog.masking().mask("The cloud's history cannot be read: " + e.getMessage()));
            return (e.fault().mayPass() ? ExitCode.GIVEN_UP : ExitCode.REFUSED).code();
        }
        PrintWriter out = spec.commandLine().getOut();
        TrialReport report = trials.get(0).report();
        List<TrialReport.Change> changes =
                trials.size() == 1 ? List.of() : report.against(trials.get(1).report());
        switch (json ? Format.JSON : format) {
            case JSON -> out.println(json(report, changes).toPrettyString());
            case CSV -> printCsv(report, out);
            case TEXT -> print(report, changes, out);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private List<AlarmTrial> historyTrial(Settings settings, List<List<AlarmRule>> ruleSets, Instant begin, Instant end)
            throws Exception {
        boolean isTerminal = CommandLine.Help.Ansi.AUTO.enabled();
        try (TemporaryFolder folder = TemporaryFolder.create("dt-alarms-try")) {
            return new HistoryTrial(settings, stream, spec.commandLine().getErr(), isTerminal)
                    .run(ruleSets, begin, end, folder.path().resolve("events"));
        }
    }

    private List<AlarmTrial> journalTrial(List<List<AlarmRule>> ruleSets, Instant begin)
            throws IOException, ConfigurationException {
        if (Settings.here().isJournalInKafka()) {
            throw new ConfigurationException(
                    "The journal is in Kafka (dt.journal=kafka), which this command does not read: try the rules on the"
                            + " cloud's history, with --history, or on the router's page.");
        }
        Path folder = data.path();
        Map<String, Device> devices = devices(folder.resolve("devices"));
        List<AlarmTrial> trials = new ArrayList<>();
        ruleSets.forEach(set -> trials.add(new AlarmTrial(set, id -> Optional.ofNullable(devices.get(id)))));
        JournalFiles.scan(journal(folder.resolve("journal")), begin, record -> {
            trials.forEach(trial -> trial.on(record));
            return true;
        });
        return trials;
    }

    private static List<AlarmRule> rules(Path file, Map<String, String> properties)
            throws IOException, ConfigurationException {
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException("There is no file " + file.toAbsolutePath() + ".");
        }
        RouteFile read = RouteFile.read(file);
        RouteFile named = new RouteFile("tried.alarms.yaml", read.label(), read.text(), read.hash());
        return rules(RouteFiles.of(Path.of(""), List.of(named)), properties);
    }

    private static List<AlarmRule> rules(RouteFiles files, Map<String, String> properties)
            throws ConfigurationException {
        RouteValidator.Verdict verdict = RoutesFolder.validator().trust(files, properties);
        List<Finding> errors =
                verdict.findings().stream().filter(Finding::isError).toList();
        if (!errors.isEmpty()) {
            throw new ConfigurationException("The rules cannot be tried:" + System.lineSeparator()
                    + String.join(
                            System.lineSeparator(),
                            errors.stream().map(Finding::toString).toList()));
        }
        if (verdict.rules().isEmpty()) {
            throw new ConfigurationException(
                    "There are no alarm rules to try; routes/alarms.yaml is the place for them, or name a file with --rules.");
        }
        return verdict.rules();
    }

    private Path journal(Path folder) throws IOException, ConfigurationException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            // PROJECT/STREAM
            try (Stream<Path> journals = Files.find(folder, 2, (path, attributes) -> attributes.isDirectory())) {
                journals.filter(path -> Files.isDirectory(path.resolve("segments")))
                        .map(path -> folder.relativize(path).toString().replace(File.separatorChar, '/'))
                        .sorted()
                        .forEach(names::add);
            }
        }
        if (names.isEmpty()) {
            throw new ConfigurationException("There is no journal in " + folder.toAbsolutePath()
                    + ": nothing was received yet, or --data-dir names another folder.");
        }
        if (stream.isEmpty() && names.size() > 1 || !stream.isEmpty() && !names.contains(stream)) {
            throw new ConfigurationException(
                    (stream.isEmpty() ? "There are several streams" : "There is no stream " + stream)
                            + "; name one with --stream: " + String.join(", ", names));
        }
        return folder.resolve(stream.isEmpty() ? names.get(0) : stream);
    }

    private static Map<String, Device> devices(Path folder) throws IOException {
        Map<String, Device> devices = new HashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".ndjson"))
                        .toList()) {
                    new DeviceSnapshot(file, new SystemStorage()).read(device -> devices.put(device.id(), device));
                }
            }
        }
        return devices;
    }

    private static void print(TrialReport report, List<TrialReport.Change> changes, PrintWriter out) {
        if (report.records() == 0) {
            out.println("Nothing was received in that time.");
            return;
        }
        out.printf(
                "%d events and pings, from %s to %s%n%n",
                report.records(), report.begin().toString(), report.end().toString());
        out.printf(
                "%-28s %7s %8s %-16s %-24s %14s %s%n",
                "RULE", "ALARMS", "DEVICES", "LONGEST", "OF", "TOLD A DAY", "FLAPPING");
        for (RuleTrial rule : report.rules()) {
            Optional<Raised> longest = rule.longest(report.end());
            out.printf(
                    Locale.ROOT,
                    "%-28s %7d %8d %-16s %-24s %14.1f %d%n",
                    rule.rule(),
                    rule.alarms().size(),
                    rule.devices(),
                    longest.map(alarm -> readable(alarm.length(report.end()))).orElse("-"),
                    longest.map(alarm -> Printable.line(alarm.deviceName())).orElse("-"),
                    report.notificationsPerDay(rule),
                    rule.flapping());
        }
        for (RuleTrial rule : report.rules()) {
            if (!rule.alarms().isEmpty()) {
                out.println();
                out.println(rule.rule() + ":");
                print(rule.alarms(), "  ", report.end(), out);
            }
        }
        for (TrialReport.Change change : changes) {
            out.println();
            out.println(change.rule() + " raises " + change.more().size() + " more than before, and "
                    + change.gone().size() + " no more:");
            print(change.more(), "+ ", report.end(), out);
            print(change.gone(), "- ", report.end(), out);
        }
    }

    private static void print(List<Raised> alarms, String mark, Instant end, PrintWriter out) {
        alarms.stream()
                .limit(MOST_SHOWN)
                .forEach(alarm -> out.println(mark + alarm.since() + "  " + readable(alarm.length(end))
                        + (alarm.until().isEmpty() ? " and still raised" : "")
                        + (alarm.isLate() ? ", seen afterwards" : "")
                        + "  " + Printable.line(alarm.reason())));
        if (alarms.size() > MOST_SHOWN) {
            out.println(mark + "and " + (alarms.size() - MOST_SHOWN) + " more; --format csv shows all");
        }
    }

    private static String readable(Duration duration) {
        return ReadableDuration.of(Duration.ofSeconds(duration.toSeconds()));
    }

    private static void printCsv(TrialReport report, PrintWriter out) {
        out.println("rule,deviceId,deviceName,subject,since,until,seconds,late");
        for (RuleTrial rule : report.rules()) {
            for (Raised alarm : rule.alarms()) {
                out.println(String.join(
                        ",",
                        rule.rule(),
                        alarm.key().deviceId(),
                        '"' + alarm.deviceName().replace("\"", "\"\"") + '"',
                        alarm.key().subject().label(),
                        alarm.since().toString(),
                        alarm.until().map(Instant::toString).orElse(""),
                        Long.toString(alarm.length(report.end()).toSeconds()),
                        Boolean.toString(alarm.isLate())));
            }
        }
    }

    private static ObjectNode json(TrialReport report, List<TrialReport.Change> changes) {
        ObjectNode json = new ObjectMapper()
                .createObjectNode()
                .put("records", report.records())
                .put("begin", report.begin().toString())
                .put("end", report.end().toString());
        ArrayNode rules = json.putArray("rules");
        for (RuleTrial rule : report.rules()) {
            ObjectNode one = rules.addObject()
                    .put("rule", rule.rule())
                    .put("devices", rule.devices())
                    .put("notifications", rule.notifications())
                    .put("notificationsPerDay", report.notificationsPerDay(rule))
                    .put("flapping", rule.flapping());
            put(one.putArray("alarms"), rule.alarms(), report.end());
        }
        ArrayNode differences = json.putArray("changes");
        for (TrialReport.Change change : changes) {
            ObjectNode one = differences.addObject().put("rule", change.rule());
            put(one.putArray("more"), change.more(), report.end());
            put(one.putArray("gone"), change.gone(), report.end());
        }
        return json;
    }

    private static void put(ArrayNode json, List<Raised> alarms, Instant end) {
        for (Raised alarm : alarms) {
            json.addObject()
                    .put("deviceId", alarm.key().deviceId())
                    .put("deviceName", alarm.deviceName())
                    .put("subject", alarm.key().subject().label())
                    .put("since", alarm.since().toString())
                    .put("until", alarm.until().map(Instant::toString).orElse(null))
                    .put("seconds", alarm.length(end).toSeconds())
                    .put("late", alarm.isLate())
                    .put("reason", alarm.reason());
        }
    }
}
