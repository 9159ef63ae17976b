package io.github.dtstream.app.router.routes;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.live.RouteTexts;
import io.github.dtstream.management.Health;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.InvalidRoutesException;
import io.github.dtstream.route.reload.ReloadSettings;
import io.github.dtstream.route.reload.ReloadStatus;
import io.github.dtstream.route.reload.RouteReloader;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The routes of the folder {@code routes/} in a running context, which follow changes of the files. */
public final class RunningRoutes implements AutoCloseable {
    private final RouteReloader reloader;
    private final RouteChangeNotifier events;
    private final SendCounts sends;

    private RunningRoutes(RouteReloader reloader, RouteChangeNotifier events, SendCounts sends) {
        this.reloader = reloader;
        this.events = events;
        this.sends = sends;
    }

    /** The folder before there is a Camel context. */
    public static final class Folder {
        private final ReloadSettings reload;
        private final Settings settings;
        private final Supplier<Settings> reread;
        private final RouteValidator validator;
        private final boolean follows;
        private final boolean known;
        private final @Nullable String unstartable;

        private Folder(
                ReloadSettings reload, Settings settings, Supplier<Settings> reread, @Nullable String unstartable)
                throws IOException {
            this.reload = reload;
            this.settings = settings;
            this.reread = reread;
            this.validator = RoutesFolder.validator(settings);
            follows = Boolean.parseBoolean(settings.get(Setting.RELOAD));
            // The reloader's thread checks known files later; without that thread they are checked at once.
            known = follows && unstartable == null && RouteReloader.isKnown(reload);
            this.unstartable = unstartable;
        }

        /**
         * Loads the routes into a context that is not started yet. A broken file is replaced by its last good text if
         * files ran before and are followed, as if it had been saved while the router ran: one mistake must not stop all
         * routes at a restart that nobody asked for.
         *
         * @throws ConfigurationException if a route is not valid and nothing ran before; the message holds all findings
         */
        public RunningRoutes load(CamelContext context, Clock clock, Supervisor supervisor)
                throws ConfigurationException, IOException {
            SendCounts sends = new SendCounts();
            context.getCamelContextExtension().addInterceptStrategy(sends);
            RouteReloader reloader = new RouteReloader(
                    context,
                    reload,
                    validator,
                    gate(settings),
                    context.getComponent("dt-alarm", DtAlarmComponent.class).alarms(),
                    () -> reread.get().forRoutes(),
                    clock,
                    supervisor);
            RouteChangeNotifier events = new RouteChangeNotifier(
                    context,
                    settings.get(Setting.MQTT_URL),
                    Path.of(settings.get(Setting.DATA_DIR)).resolve("mqtt"),
                    supervisor);
            reloader.addListener(events);
            try {
                if (unstartable != null) {
                    reloader.loadBefore(unstartable);
                } else if (known) {
                    reloader.loadKnown();
                } else {
                    reloader.loadInitial(follows);
                }
            } catch (InvalidRoutesException e) {
                throw notValid(e);
            }
            return new RunningRoutes(reloader, events, sends);
        }
    }

    /**
     * Opens the folder. If its routes need to be checked, the check begins in the background, as Camel itself takes a
     * while to start.
     *
     * @param unstartable why the routes do not start as the files are, so that those are loaded that ran before; null if they
     *     have not been tried
     * @throws ConfigurationException if the folder is not there
     */
    public static Folder in(Path directory, Settings settings, Supplier<Settings> reread, @Nullable String unstartable)
            throws ConfigurationException, IOException {
        Path routes = directory.resolve("routes");
        if (!Files.isDirectory(routes)) {
            throw new ConfigurationException("There is no folder " + routes.toAbsolutePath()
                    + ". Start the router in a folder that holds routes/ and application.properties; the command init"
                    + " writes one.");
        }
        ReloadSettings reload = ReloadSettings.of(
                routes, directory.resolve("application.properties"), Path.of(settings.get(Setting.DATA_DIR)));
        Folder folder = new Folder(reload, settings, reread, unstartable);
        if (!folder.known) {
            folder.validator.beginCheck(routes, reread.get().forRoutes());
        }
        return folder;
    }

    /**
     * Checks the routes after the context has failed to start, in case they are the reason.
     *
     * @throws ConfigurationException if a route is not valid
     */
    public void requireValid() throws ConfigurationException {
        try {
            reloader.requireValid();
        } catch (InvalidRoutesException e) {
            throw notValid(e);
        } catch (IOException e) {
            throw new ConfigurationException("The routes cannot be read: " + e);
        }
    }

    /** Whether files ran before with other texts than those that were loaded. */
    public boolean ranOtherwise() {
        return reloader.ranOtherwise();
    }

    private static ConfigurationException notValid(InvalidRoutesException failure) {
        return new ConfigurationException("The routes are not valid:\n" + failure.getMessage());
    }

    private static RouteGate gate(Settings settings) {
        return Boolean.parseBoolean(settings.get(Setting.RELOAD_TESTS))
                ? RoutesFolder.tests().gate()
                : RouteGate.OPEN;
    }

    /** Keeps the texts of the routes as good ones, as the context has started. */
    public void started() {
        reloader.started();
    }

    /** Begins to watch the folder. */
    public void watch() {
        reloader.start();
    }

    /** The texts of the routes. */
    public RouteTexts texts(CamelContext context) {
        return new RouteSources(reloader, context, sends);
    }

    /** Whether the running routes are those of the files. */
    public Health health() {
        ReloadStatus status = reloader.status();
        String findings = status.findings().stream()
                .filter(Finding::isError)
                .map(Finding::toString)
                .collect(Collectors.joining("; "));
        return new Health(
                Health.Kind.ROUTES.part(),
                judge(status),
                status.summary() + (findings.isEmpty() ? "" : ": " + findings));
    }

    private static Health.Status judge(ReloadStatus status) {
        if (!status.missing().isEmpty()) {
            return Health.Status.DOWN;
        }
        return status.isDegraded() ? Health.Status.DEGRADED : Health.Status.UP;
    }

    /** Stops watching; the routes go on. */
    @Override
    public void close() {
        reloader.close();
        events.close();
    }
}
