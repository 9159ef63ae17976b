package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.FailureMessage;
import io.github.dtstream.app.command.common.ForegroundRun;
import io.github.dtstream.app.router.Router;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line without a command: it runs the router. {@code Main} adds the other commands. */
@Command(
        name = "dt-stream-router",
        description = {
            "Forwards the event stream of a Disruptive Technologies project through the routes in routes/.",
            "Without a command it runs until it is stopped; application.properties holds its settings.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = RouterCommand.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped as asked, or all is well",
            "1:validate or test found something, or a replay, backfill, retry, journal or lib failed",
            "64:the command line is wrong",
            "70:an unexpected failure",
            "71:a thread that nothing can go on without failed for good",
            "75:the stream was given up after dt.max-retries attempts in a row, or what the start needs is away",
            "77:the cloud refuses the credentials or the request",
            "78:a setting or a route is wrong or missing"
        },
        footer = {"", "README.md says more. java -jar dt-stream-router.jar demo shows it at work without an account."})
public final class RouterCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RouterCommand.class);

    /** Null without a command line. */
    @Spec
    private @Nullable CommandSpec spec;

    /**
     * Runs the router as the command line without arguments does, but does not load picocli's parser; returns the exit
     * code.
     */
    public static int alone() {
        PrintWriter err = standardError();
        try {
            return call(err);
        } catch (Exception e) {
            return FailureMessage.tell(e, err);
        }
    }

    @Override
    public Integer call() throws Exception {
        return call(spec == null ? standardError() : spec.commandLine().getErr());
    }

    private static PrintWriter standardError() {
        return new PrintWriter(System.err, true, Charset.defaultCharset());
    }

    private static int call(PrintWriter err) throws Exception {
        Path directory = Path.of("");
        Settings settings = Settings.here();
        Path routes = directory.resolve("routes");
        SettingsCheck.require(settings, routes).forEach(err::println);
        settings.requireToRun();
        Router router = new Router(settings, directory, () -> SettingsCheck.hereAgain(routes));
        return ForegroundRun.of(
                        router, () -> LOG.info("stopped; the next start fetches the events that are missed until then"))
                .code();
    }

    /** Tells the version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"dt-stream-router " + (version == null ? "(not packaged)" : version)};
        }
    }
}
