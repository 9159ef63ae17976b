package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.management.Jobs;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.management.ManagementResources;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.BearerToken;
import io.github.dtstream.web.Site;
import io.github.dtstream.web.StaticFiles;
import io.github.dtstream.web.WebServer;
import io.github.dtstream.web.WebSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * What the router shows by HTTP: the server, what there is to ask for, and the note of where it answers. Owned by the thread that
 * runs the router.
 */
final class RouterSite implements AutoCloseable {
    private final Path dataDirectory;
    private final Supervisor supervisor;
    private final Clock clock;
    private final BearerToken token;
    private final WebServer server;
    private @Nullable ManagementResources management;
    private @Nullable ManagementEndpointFile note;
    private @Nullable ScheduledExecutorService noteTimer;

    private RouterSite(Path dataDirectory, Supervisor supervisor, Clock clock, BearerToken token, WebServer server) {
        this.dataDirectory = dataDirectory;
        this.supervisor = supervisor;
        this.clock = clock;
        this.token = token;
        this.server = server;
    }

    /** Begins to get the server ready, in the background. */
    static RouterSite open(Settings settings, Masking masking, Supervisor supervisor, Clock clock) {
        Path dataDirectory = Path.of(settings.get(Setting.DATA_DIR));
        BearerToken token = BearerToken.random(
                new SecureRandom(),
                ManagementEndpointFile.tokenFile(dataDirectory).toString());
        int port = Integer.parseInt(settings.get(Setting.HTTP_PORT));
        WebServer server = WebServer.open(WebSettings.onLoopback(port, token), masking, supervisor);
        return new RouterSite(dataDirectory, supervisor, clock, token, server);
    }

    /** Gives {@code platform-http:} routes their place. */
    void serveRoutesOf(CamelContext context) {
        server.serveRoutesOf(context);
    }

    /** Waits until the server listens. */
    void awaitListening() throws IOException {
        server.awaitListening();
    }

    /** Answers from now on, and notes where. */
    void serve(RouterStatus status) throws IOException {
        management = new ManagementResources(status, new Jobs(status, clock, supervisor));
        server.serve(new Site(management.all(), List.of(), new StaticFiles(RouterSite.class.getClassLoader(), "page")));
        noteTimer = supervisor.pool(1, "http-note", "where the router answers was not noted");
        note = new ManagementEndpointFile(dataDirectory, server.port(), token.text(), noteTimer, new SystemStorage());
        note.write();
    }

    URI address() throws IOException {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
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
