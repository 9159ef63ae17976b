package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.storage.FolderInUseException;
import io.github.dtstream.storage.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits while another router holds the lock of the data folder, as a router that is being replaced does until it has
 * stopped. The wait is limited, as the other router may not be stopping at all. Stateless.
 */
final class FolderTurn {
    private static final Logger LOG = LoggerFactory.getLogger(FolderTurn.class);

    private FolderTurn() {}

    /** A pause between two attempts to take the lock. */
    @FunctionalInterface
    interface Pause {
        /** @return whether to try again */
        boolean over() throws IOException, InterruptedException;
    }

    /**
     * Takes the lock of the data folder.
     *
     * @return empty if another router held the lock until the last pause was over, which is logged
     * @throws IOException if the folder cannot be locked for another reason
     */
    static Optional<FolderLock> take(Path folder, Pause pause) throws IOException, InterruptedException {
        boolean said = false;
        while (true) {
            try {
                return Optional.of(FolderLock.acquire("the data folder", folder));
            } catch (FolderInUseException e) {
                if (!said) {
                    LOG.warn(
                            "{} with {}. Waiting up to a minute, in case that router is stopping",
                            e.getMessage(),
                            Setting.DATA_DIR.key());
                    said = true;
                }
                if (!pause.over()) {
                    LOG.error("{} with {}", e.getMessage(), Setting.DATA_DIR.key());
                    return Optional.empty();
                }
            }
        }
    }
}
