package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.HttpSettings;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.live.LiveData;
import io.github.dtstream.management.Jobs;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.management.ManagementResources;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.push.PushRefusals;
import io.github.dtstream.push.PushSignature;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.web.Resource;
import io.github.dtstream.web.Site;
import io.github.dtstream.web.StaticFiles;
import io.github.dtstream.web.WebServer;
import io.github.dtstream.web.WebSettings;
import io.github.dtstream.web.access.AccessSettings;
import io.github.dtstream.web.access.BearerToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * What the router serves by HTTP: the server, its resources, and the file that tells the commands its port. Owned by
 * the thread that runs the router.
 */
final class RouterSite implements AutoCloseable {
    private final Path dataDirectory;
    private final Supervisor supervisor;
    private final Clock clock;
    private final Masking masking;
    private final BearerToken token;
    private final WebSettings web;
    private @Nullable WebServer server;
    private @Nullable ManagementResources management;
    private @Nullable ManagementEndpointFile note;
    private @Nullable ScheduledExecutorService noteTimer;

    /**
     * Begins to start the server in the background, unless it needs certificates.
     *
     * @throws ConfigurationException if the server must not be opened with these settings
     */
    RouterSite(Settings settings, Masking masking, Supervisor supervisor, Clock clock) throws ConfigurationException {
        HttpSettings http = HttpSettings.of(settings);
        Optional<String> complaint = http.complaint();
        if (complaint.isPresent()) {
            throw new ConfigurationException(complaint.get());
        }
        this.dataDirectory = Path.of(settings.get(Setting.DATA_DIR));
        this.masking = masking;
        this.supervisor = supervisor;
        this.clock = clock;
        this.token = BearerToken.random(
                new SecureRandom(),
                ManagementEndpointFile.tokenFile(dataDirectory).toString());
        this.web = webSettings(http, token);
        if (!web.isTls()) {
            server = WebServer.open(web, masking, supervisor);
        }
    }

    private static WebSettings webSettings(HttpSettings settings, BearerToken token) {
        List<String> names = new ArrayList<>(settings.names());
        names.add(settings.host());
        AccessSettings access = new AccessSettings(
                settings.isLocked(),
                settings.behindProxy(),
                names,
                settings.password().orElse(null),
                token,
                settings.publicPaths(),
                HttpSettings.ADVICE);
        return new WebSettings(
                settings.host(),
                settings.port(),
                settings.isTls(),
                access,
                settings.longestBody(),
                Sleeper.SYSTEM,
                Ticker.SYSTEM);
    }

    /**
     * Serves {@code platform-http:} routes of the context, and takes the certificates from Camel's {@code camel.ssl.*}.
     */
    void use(CamelContext context) {
        if (server == null) {
            server = WebServer.openEncrypted(web, context, masking, supervisor);
        }
        server.serveRoutesOf(context);
    }

    private WebServer server() {
        return Objects.requireNonNull(server, "the server is opened with the Camel context");
    }

    /** Waits until the server listens. */
    void awaitListening() throws IOException {
        server().awaitListening();
    }

    /** Admits the pushes of Data Connectors, once the server answers. */
    void admit(PushSignature signature, PushRefusals refusals) {
        server().admitSigned(DataConnectorDoor.UNDER, new DataConnectorDoor(signature, refusals, Ticker.SYSTEM));
    }

    /**
     * Answers requests from now on, and writes the file that tells the commands where.
     *
     * @param sources further metrics, beside those of the status
     */
    void serve(RouterStatus status, LiveData live, List<MetricSource> sources) throws IOException {
        management = new ManagementResources(status, new Jobs(status, clock, supervisor), sources);
        List<Resource> resources = new ArrayList<>(management.all());
        resources.addAll(live.resources());
        server().serve(new Site(
                resources, List.of(live.events()), new StaticFiles(RouterSite.class.getClassLoader(), "page")));
        noteTimer = supervisor.pool(1, "http-note", "where the router answers was not noted");
        note = new ManagementEndpointFile(
                dataDirectory, server().portForCommands(), token.text(), noteTimer, new SystemStorage());
        note.write();
    }

    URI address() throws IOException {
        return server().address();
    }

    /** The URL by which a browser on this machine opens the page; waits until the server listens. */
    URI page() throws IOException {
        return PageAddress.of(address(), token.text());
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        if (management != null) {
            management.close();
        }
        if (noteTimer != null) {
            noteTimer.shutdownNow();
        }
        if (note != null) {
            note.close();
        }
    }
}
