package io.github.dtstream.management;

import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.OwnerOnlyFile;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the router answers and the token that it wants, noted in the data folder, where the commands look. A full disk is no
 * reason to end: the note is tried again until it stands there. Thread-safe.
 */
public final class ManagementEndpointFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementEndpointFile.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);
    private static final String PORT_FILE = "management.port";
    private static final String TOKEN_FILE = "management.token";

    private final Path dataDirectory;
    private final AtomicFile portFile;
    private final int port;
    private final String token;
    private final ScheduledExecutorService timer;

    /** Guarded by this. */
    private boolean failed;
    /** Guarded by this. */
    private boolean closed;

    /** @param timer for the next attempt; its owner ends it */
    public ManagementEndpointFile(
            Path dataDirectory, int port, String token, ScheduledExecutorService timer, Storage storage) {
        this.dataDirectory = dataDirectory;
        this.portFile = AtomicFile.of(portFile(dataDirectory), storage);
        this.port = port;
        this.token = token;
        this.timer = timer;
    }

    static Path portFile(Path dataDirectory) {
        return dataDirectory.resolve(PORT_FILE);
    }

    /** Where the token is noted. */
    public static Path tokenFile(Path dataDirectory) {
        return dataDirectory.resolve(TOKEN_FILE);
    }

    /** What a request must carry to start something on the router of this data folder. */
    public static String tokenOf(Path dataDirectory) throws IOException {
        return Files.readString(tokenFile(dataDirectory)).trim();
    }

    /** The port on which the router on this data folder answers commands. */
    public static int portOf(Path dataDirectory) throws IOException {
        return Integer.parseInt(Files.readString(portFile(dataDirectory)).trim());
    }

    /** Writes it, now or as soon as the disk takes it. */
    public synchronized void write() {
        if (closed) {
            return;
        }
        try {
            Files.createDirectories(dataDirectory);
            OwnerOnlyFile.write(tokenFile(dataDirectory), token + "\n");
            // In one step: who finds the file finds the port in it.
            portFile.save((port + "\n").getBytes(StandardCharsets.US_ASCII));
            if (failed) {
                LOG.info("{} is written: the commands find this router now", portFile(dataDirectory));
            }
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                LOG.warn(
                        "{} cannot be written, which is tried again; until then the commands do not find this router: {}",
                        portFile(dataDirectory),
                        e.toString());
            }
            tryAgain();
        }
    }

    private void tryAgain() {
        try {
            timer.schedule(this::write, TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The address is not noted any more: the router is stopping");
        }
    }

    /** Takes it away. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            portFile.delete();
            Files.deleteIfExists(tokenFile(dataDirectory));
        } catch (IOException e) {
            LOG.warn("{} and the token beside it could not be deleted: {}", portFile(dataDirectory), e.toString());
        }
    }
}
