package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.ForegroundRun;
import io.github.dtstream.app.command.common.OwnJournal;
import io.github.dtstream.app.command.common.TemporaryFolder;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.Router;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.route.testing.DryRun;
import io.github.dtstream.text.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the routes on the real stream with their sinks replaced. */
@Command(
        name = "dry-run",
        description = {
            "Runs the routes on the real stream, each sink replaced by a line that says what would be sent.",
            "Nothing is delivered, and a router that runs beside it does not notice: the journal is a temporary one.",
            "Routes that read something else than the stream do not run.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class DryRunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        TemporaryFolder data = TemporaryFolder.create("dt-stream-dry-run");
        // A router may run at the same time.
        Map<String, String> overrides = new HashMap<>(OwnJournal.SETTINGS);
        overrides.put(Setting.DATA_DIR.key(), data.path().toString());
        overrides.put(Setting.HTTP_PORT.key(), "0");
        Path routes = Path.of("routes");
        Settings configured = Settings.here();
        SettingsCheck.require(configured, routes).forEach(spec.commandLine().getErr()::println);
        Settings settings = configured.with(overrides);
        settings.requireToRun();
        Router router = new Router(
                settings,
                Path.of(""),
                () -> SettingsCheck.hereAgain(routes).with(overrides),
                context -> DryRun.install(context, this::say));
        try {
            return ForegroundRun.of(router, data::close).code();
        } finally {
            data.close();
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Printable.line(ConsoleLog.masking().mask(line)));
        out.flush();
    }
}
