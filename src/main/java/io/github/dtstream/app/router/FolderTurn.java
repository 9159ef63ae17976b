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
 * Waits for its turn where another router holds the data folder: one that is being replaced does so until it has stopped. Not
 * for ever, for it may be one that somebody forgot. Stateless.
 */
final class FolderTurn {
    private static final Logger LOG = LoggerFactory.getLogger(FolderTurn.class);

    private FolderTurn() {}

    /** A while to wait. */
    @FunctionalInterface
    interface Pause {
        /** @return whether to look again */
        boolean over() throws IOException, InterruptedException;
    }

    /**
     * Takes the lock of the data folder.
     *
     * @return empty if it was held until the last pause was over, which is logged
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
                            "{} with {}. It is waited for a minute, as for a router that is stopping",
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
