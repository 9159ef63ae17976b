package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.SimulationOptions;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.simulator.ServiceAccount;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import java.io.PrintWriter;
import java.net.BindException;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the simulated cloud without the router, for any client. */
@Command(
        name = "simulate",
        description = {
            "Runs the simulated cloud alone, on this machine, and prints the environment variables by which clients find it.",
            "It gives access tokens, lists devices, streams, has a history, edits labels, and emulates devices.",
            "Faults are set by curl: src/main/docs/simulate.md. All sensor data is simulated.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port on 127.0.0.1; 0 for any free one. Default: ${DEFAULT-VALUE}.",
            defaultValue = "8088")
    private int port;

    @Mixin
    private SimulationOptions options = new SimulationOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        SimulatorSettings settings = settings();
        Random random = options.random();
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), random)) {
            announce(cloud);
            // After a signal the JVM would exit with 130 or 143, which means a failure; a requested stop is not one.
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0), "shutdown"));
            Integer seconds = options.seconds();
            new CountDownLatch(1).await(seconds == null ? Long.MAX_VALUE : seconds, TimeUnit.SECONDS);
            return 0;
        } catch (BindException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "port " + port + " is taken; --port 0 takes any free one", e);
        }
    }

    private SimulatorSettings settings() {
        options.require("--port", port, 0, 65_535);
        options.check();
        return SimulatorSettings.demo().withPort(port).withSensors(options.devices(), options.speed());
    }

    /** Prints lines that a shell can execute as they are. */
    private void announce(SimulatedCloud cloud) {
        ServiceAccount account = cloud.account();
        PrintWriter out = spec.commandLine().getOut();
        out.println("# The cloud, simulated: every event is made up. Ctrl-C ends it.");
        out.println("# Status: curl " + cloud.baseUri().resolve("/simulator/status"));
        out.println("# Emulator, which publishes what it is told: " + cloud.emulatorUri());
        export(Setting.API_URL, cloud.baseUri().toString());
        export(Setting.TOKEN_URL, cloud.tokenUri().toString());
        export(Setting.PROJECT_ID, cloud.projectId());
        export(Setting.KEY_ID, account.keyId());
        export(Setting.SECRET, account.secret());
        export(Setting.EMAIL, account.email());
        out.flush();
    }

    private void export(Setting setting, String value) {
        spec.commandLine().getOut().println("export " + Setting.environmentVariable(setting.key()) + "=" + value);
    }
}
