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
 * The files in the data folder that tell the commands the router's port and token. If they cannot be written, for
 * example because the disk is full, the router continues and tries again until it succeeds. Thread-safe.
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

    /** @param timer runs the next attempt; its owner ends it */
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

    /** The file that holds the token. */
    public static Path tokenFile(Path dataDirectory) {
        return dataDirectory.resolve(TOKEN_FILE);
    }

    /** Reads the token that requests to the router of this data folder must carry. */
    public static String tokenOf(Path dataDirectory) throws IOException {
        return Files.readString(tokenFile(dataDirectory)).trim();
    }

    /**
     * Reads the port on which the router of this data folder answers commands.
     *
     * @throws NumberFormatException if the file holds no number
     */
    public static int portOf(Path dataDirectory) throws IOException {
        return Integer.parseInt(Files.readString(portFile(dataDirectory)).trim());
    }

    /** Writes the files, now or as soon as the disk takes them. */
    public synchronized void write() {
        if (closed) {
            return;
        }
        try {
            Files.createDirectories(dataDirectory);
            OwnerOnlyFile.write(tokenFile(dataDirectory), token + "\n");
            // Replaced in one step: a file that exists is complete.
            portFile.save((port + "\n").getBytes(StandardCharsets.US_ASCII));
            if (failed) {
                LOG.info("{} is written: the commands find this router now", portFile(dataDirectory));
            }
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                LOG.warn(
                        "{} cannot be written; until a later attempt succeeds, the commands do not find this router: {}",
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

    /** Deletes the files. */
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
