package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.ForegroundRun;
import io.github.dtstream.app.command.common.OwnJournal;
import io.github.dtstream.app.command.common.RoutesDirectory;
import io.github.dtstream.app.command.common.SimulationOptions;
import io.github.dtstream.app.router.Router;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.time.Sleeper;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the routes on a simulated cloud inside this process. */
@Command(
        name = "demo",
        description = {
            "Runs the routes in routes/ on a simulated cloud inside this process.",
            "No account, no network, no broker are needed. With dt.mqtt-url it publishes to that broker.",
            "All sensor data is simulated.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    /** The precondition of routes and rules that run in the demo only. */
    private static final String DEMO = "dt.demo";

    @Mixin
    private SimulationOptions options = new SimulationOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path directory = Path.of("");
        Path routes = directory.resolve("routes");
        Settings configured = Settings.here();
        SettingsCheck.require(configured, routes).forEach(spec.commandLine().getErr()::println);
        SimulatorSettings simulated = settings();
        RoutesDirectory.requireFolder(routes);
        Random random = options.random();
        try (SimulatedCloud cloud = SimulatedCloud.start(simulated, Clock.systemUTC(), random)) {
            Map<String, String> simulatedSettings = settingsFor(cloud, configured);
            Settings settings = configured.with(simulatedSettings);
            Supplier<Settings> reread = () -> SettingsCheck.hereAgain(routes).with(simulatedSettings);
            Thread door = new Thread(new DemoDoor(cloud, Sleeper.SYSTEM), "demo-door");
            door.setDaemon(true);
            door.start();
            // Generating the sensors' history and starting Camel both take a while, so they run at the same time.
            FutureTask<Void> sensors = new FutureTask<>(
                    () -> cloud.startSensors(options.devices(), options.speed(), simulated.preload()), null);
            new Thread(sensors, "demo-sensors").start();
            Router router = new Router(settings, directory, reread, context -> await(sensors));
            router.onPage(page -> announce(page, cloud, settings));
            endInTime(router);
            return ForegroundRun.of(router).code();
        }
    }

    private void endInTime(Router router) {
        Integer seconds = options.seconds();
        if (seconds != null) {
            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(router::end);
        }
    }

    /** The settings of a cloud without sensors: {@code startSensors} adds them while the router starts. */
    private SimulatorSettings settings() {
        options.check();
        return SimulatorSettings.demo().withSensors(0, options.speed());
    }

    private static void await(FutureTask<Void> task) {
        try {
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulated sensors do not start", e.getCause());
        }
    }

    private static Map<String, String> settingsFor(SimulatedCloud cloud, Settings configured) {
        Map<String, String> settings = new HashMap<>(OwnJournal.SETTINGS);
        settings.put(DEMO, "true");
        settings.put(Setting.API_URL.key(), cloud.baseUri().toString());
        settings.put(Setting.TOKEN_URL.key(), cloud.tokenUri().toString());
        settings.put(Setting.PROJECT_ID.key(), cloud.projectId());
        settings.put(Setting.KEY_ID.key(), cloud.account().keyId());
        settings.put(Setting.SECRET.key(), cloud.account().secret());
        settings.put(Setting.EMAIL.key(), cloud.account().email());
        settings.put(
                Setting.DATA_DIR.key(),
                Path.of(configured.get(Setting.DATA_DIR)).resolve("demo").toString());
        // A router on the same machine may have taken the port.
        if (!configured.has(Setting.HTTP_PORT)) {
            settings.put(Setting.HTTP_PORT.key(), "0");
        }
        return settings;
    }

    private void announce(URI page, SimulatedCloud cloud, Settings settings) {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println("  See it: " + page);
        out.println();
        out.println("  DEMO: every event below is SIMULATED. No account, no network; " + options.devices()
                + " made-up sensors that report " + SimulationOptions.number(options.speed())
                + " times as often as real ones.");
        out.println("  The simulated cloud is at " + cloud.baseUri() + ".");
        out.println("  Events go to " + settings.get(Setting.DATA_DIR) + "/events and to the log below"
                + (settings.get(Setting.MQTT_URL).isEmpty() ? "" : ", and to " + settings.get(Setting.MQTT_URL))
                + ". Edit routes/ to change that. Ctrl-C ends it.");
        out.println(
                "  Within a minute the door of the demo stands open for too long: the rule demo-door in routes/alarms.yaml");
        out.println(
                "  raises an alarm, and clears it when the door is closed. Beside this, try: java -jar dt-stream-router.jar");
        out.println("  alarms history --data-dir " + settings.get(Setting.DATA_DIR));
        out.println();
        out.flush();
    }
}
