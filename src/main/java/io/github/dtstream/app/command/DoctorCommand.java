package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.app.command.common.RoutesDirectory;
import io.github.dtstream.app.command.common.TemporaryFolder;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.KafkaLoader;
import io.github.dtstream.app.router.RoutesAtRest;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.HttpSettings;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.DtStreamEndpoint;
import io.github.dtstream.doctor.BrokerCheck;
import io.github.dtstream.doctor.CloudCheck;
import io.github.dtstream.doctor.CloudCheck.Selection;
import io.github.dtstream.doctor.CloudCheck.Wanted;
import io.github.dtstream.doctor.Diagnosis;
import io.github.dtstream.doctor.Diagnosis.Level;
import io.github.dtstream.doctor.DiskCheck;
import io.github.dtstream.doctor.PortCheck;
import io.github.dtstream.journal.Remark;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.mqtt.DtMqttConfiguration;
import io.github.dtstream.mqtt.DtMqttEndpoint;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.Qos;
import io.github.dtstream.route.check.RouteValidator.Verdict;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.Masking;
import io.github.dtstream.text.Printable;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.camel.Route;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Checks everything that the router depends on. Each line of the output says that one thing is well, or what to change.
 */
@Command(
        name = "doctor",
        description = {
            "Checks what the router depends on: settings, routes, names, proxy, TLS, credentials, role, projects, filters,"
                    + " history, the stream, the clock, Kafka if journals are there, MQTT brokers, disk and port.",
            "It prints a line for each: ok, warning or error, and what to change. Exit code 1 if there is an error.",
            "It may run beside the router. It publishes one message at each broker, on dt/PROJECT/doctor, which is not retained.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private static final String DATA_DIR = Setting.DATA_DIR.key();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final List<Diagnosis> found = new ArrayList<>();
    private final Masking masking = ConsoleLog.masking();

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.here();
        settings.hideSecrets(masking);
        Path routes = Path.of("routes");
        RoutesDirectory.requireFolder(routes);
        if (lookAt("settings", SettingsCheck.findings(settings, routes), "they can be read")) {
            RouteFiles files = RouteFiles.read(routes);
            Verdict verdict = RoutesFolder.validator(settings).check(files, RoutesFolder.properties(settings));
            if (lookAt("routes", verdict.findings(), "they are valid")) {
                lookAround(settings, files, verdict.rules());
            }
        }
        Path data = Path.of(settings.get(Setting.DATA_DIR));
        new DiskCheck(new SystemStorage(), System::nanoTime, settings.isJournalInKafka(), this::say)
                .run(data, DATA_DIR);
        lookAtPort(settings, data);
        if (json) {
            printJson();
        }
        boolean good = found.stream().noneMatch(diagnosis -> diagnosis.level() == Level.ERROR);
        return (good ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private void say(Diagnosis diagnosis) {
        found.add(diagnosis);
        if (!json) {
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    "%-8s %-12s %s%n",
                    diagnosis.level().label(), masked(diagnosis.subject()), masked(diagnosis.message()));
            out.flush();
        }
    }

    private String masked(String text) {
        return Printable.line(masking.mask(text));
    }

    private void printJson() {
        ArrayNode all = new ObjectMapper().createArrayNode();
        found.forEach(diagnosis -> all.addObject()
                .put("level", diagnosis.level().label())
                .put("subject", masked(diagnosis.subject()))
                .put("message", masked(diagnosis.message())));
        PrintWriter out = spec.commandLine().getOut();
        out.println(all.toPrettyString());
        out.flush();
    }

    /** @return whether there is no error, so that the next check makes sense */
    private boolean lookAt(String subject, List<Finding> findings, String good) {
        boolean isGood = findings.stream().noneMatch(Finding::isError);
        findings.forEach(finding ->
                say(new Diagnosis(finding.isError() ? Level.ERROR : Level.WARNING, subject, finding.toString())));
        if (isGood) {
            say(new Diagnosis(Level.OK, subject, good));
        }
        return isGood;
    }

    /** Checks cloud and brokers. It uses a temporary data folder, as a running router locks its own. */
    private void lookAround(Settings settings, RouteFiles files, List<AlarmRule> rules) throws Exception {
        try (TemporaryFolder data = TemporaryFolder.create("dt-stream-doctor");
                RoutesAtRest routes = RoutesAtRest.open(
                        settings.with(Map.of(DATA_DIR, data.path().toString())), files)) {
            Supervisor supervisor = Supervisor.system();
            lookAtCloud(routes, rules, supervisor);
            lookAtJournals(settings, routes);
            lookAtBrokers(settings, routes, supervisor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            say(new Diagnosis(Level.ERROR, "routes", FailureReason.of(e)));
        }
    }

    private void lookAtCloud(RoutesAtRest routes, List<AlarmRule> rules, Supervisor supervisor)
            throws InterruptedException {
        Map<Asked, Map<String, Map<String, StreamSettings>>> accounts = new LinkedHashMap<>();
        for (Route route : routes.routes()) {
            if (route.getEndpoint() instanceof DtStreamEndpoint stream) {
                for (StreamSettings settings : stream.allStreamSettings()) {
                    String account = stream.getComponent().accountOf(settings.projectId());
                    accounts.computeIfAbsent(new Asked(stream.getComponent(), account), key -> new LinkedHashMap<>())
                            .computeIfAbsent(settings.projectId(), key -> new LinkedHashMap<>())
                            .put("route " + route.getRouteId(), settings);
                }
            }
        }
        if (accounts.isEmpty()) {
            say(new Diagnosis(
                    Level.WARNING, "routes", "no route that is enabled reads a stream (from: dt-stream:PROJECT)"));
        }
        List<Selection> selections =
                rules.stream().map(DoctorCommand::selection).toList();
        for (var asked : accounts.entrySet()) {
            String project = asked.getValue().keySet().iterator().next();
            DtStreamComponent component = asked.getKey().component();
            if (livesByPush(component, project, asked.getValue().values())) {
                String why =
                        "dt.streaming is false and no service account is set: the router does not connect to the cloud";
                say(new Diagnosis(Level.OK, "cloud", why));
                continue;
            }
            Map<String, Wanted> projects = new LinkedHashMap<>();
            asked.getValue().forEach((name, streams) -> projects.put(name, new Wanted(streams, selections)));
            new CloudCheck(
                            component.cloudOptions(project),
                            CloudClock.system(),
                            found -> say(of(asked.getKey().account(), found)))
                    .run(projects, supervisor);
        }
    }

    /**
     * A component and the name of the service account that it uses; the name is empty for the account of the
     * {@code dt.} settings.
     */
    private record Asked(DtStreamComponent component, String account) {}

    /** Adds the account's name if it has one, as each account is checked separately. */
    private static Diagnosis of(String account, Diagnosis found) {
        return account.isEmpty()
                ? found
                : new Diagnosis(found.level(), found.subject(), found.message() + " (account " + account + ")");
    }

    private static boolean livesByPush(
            DtStreamComponent component, String project, Collection<Map<String, StreamSettings>> projects) {
        return !component.namesAccount(project)
                && projects.stream()
                        .flatMap(streams -> streams.values().stream())
                        .noneMatch(StreamSettings::streaming);
    }

    private static Selection selection(AlarmRule rule) {
        return new Selection("alarm " + rule.name(), rule.devices()::matches);
    }

    private void lookAtJournals(Settings settings, RoutesAtRest routes) throws ConfigurationException {
        if (!settings.isJournalInKafka()) {
            return;
        }
        Set<String> streams = new TreeSet<>();
        for (Route route : routes.routes()) {
            if (route.getEndpoint() instanceof DtStreamEndpoint stream) {
                stream.allStreamSettings()
                        .forEach(one -> streams.add(one.projectId() + "/"
                                + stream.getConfiguration().getStream()));
            }
        }
        for (Remark remark : KafkaLoader.journals(settings).look(List.copyOf(streams))) {
            say(new Diagnosis(level(remark), "kafka", remark.text()));
        }
    }

    private static Level level(Remark remark) {
        return switch (remark.level()) {
            case OK -> Level.OK;
            case WARNING -> Level.WARNING;
            case ERROR -> Level.ERROR;
        };
    }

    private void lookAtBrokers(Settings settings, RoutesAtRest routes, Supervisor supervisor) throws Exception {
        String projects = RoutesFolder.properties(settings).getOrDefault(Setting.PROJECT_ID.key(), "");
        String topic = "dt/" + projects.replaceFirst(",.*", "") + "/doctor";
        Map<List<Object>, BrokerCheck.Use> uses = new LinkedHashMap<>();
        for (DtMqttEndpoint endpoint : routes.endpoints(DtMqttEndpoint.class)) {
            DtMqttConfiguration options = endpoint.getConfiguration();
            MqttSettings connection = endpoint.settings();
            BrokerCheck.Use use = new BrokerCheck.Use(
                    connection.withClientId(connection.clientId() + "-doctor"),
                    Qos.of(options.getQos()),
                    options.isRetained() || options.isLastValue(),
                    topic);
            List<Object> login = List.of(connection.broker(), String.valueOf(connection.userName()));
            uses.merge(login, use, (one, other) -> one.retains() ? one : other);
        }
        for (BrokerCheck.Use use : uses.values()) {
            new BrokerCheck(this::say).run(use, supervisor);
        }
    }

    private void lookAtPort(Settings settings, Path data) {
        HttpSettings http = HttpSettings.of(settings);
        if (settings.has(Setting.DATA_CONNECTOR_SECRET)) {
            String where = "it pushes to https://NAME/data-connector/PROJECT";
            String how = http.isTls()
                    ? ""
                    : ", where a proxy with TLS passes it on to port " + http.port() + " of " + http.host();
            say(new Diagnosis(Level.OK, "push", "a Data Connector is let in by its signature; " + where + how));
        }
        OptionalInt running = OptionalInt.empty();
        try {
            int forCommands = ManagementEndpointFile.portOf(data);
            // When the HTTP port is locked, commands use another port, so the port file does not name the HTTP port.
            running = OptionalInt.of(http.isLocked() ? http.port() : forCommands);
        } catch (IOException | NumberFormatException e) {
            // No router runs.
        }
        new PortCheck(this::say).run(http.host(), http.port(), running, Setting.HTTP_PORT.key());
    }
}
