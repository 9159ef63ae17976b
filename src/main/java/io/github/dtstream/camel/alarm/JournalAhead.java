package io.github.dtstream.camel.alarm;

import io.github.dtstream.journal.Journals;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An alarm journal that a thread of its own opens, while another one opens the stream's journal. Either {@link #take} or
 * {@link #discard} is called, once.
 */
final class JournalAhead {
    private static final Logger LOG = LoggerFactory.getLogger(JournalAhead.class);

    private final CompletableFuture<Optional<Journals.Opened>> opening = new CompletableFuture<>();

    private JournalAhead() {}

    /** @param work opens the journal; empty if none is wanted */
    static JournalAhead start(String stream, Supervisor supervisor, Callable<Optional<Journals.Opened>> work) {
        JournalAhead ahead = new JournalAhead();
        supervisor
                .thread(
                        "dt-alarm-journal-" + stream,
                        "the alarms of " + stream + " are opened later",
                        AfterFailure.RESTART,
                        () -> ahead.open(work))
                .start();
        return ahead;
    }

    private void open(Callable<Optional<Journals.Opened>> work) {
        try {
            opening.complete(work.call());
        } catch (Exception e) {
            opening.completeExceptionally(e);
        }
    }

    /**
     * Waits until the journal is open; empty if none is wanted.
     *
     * @throws IOException if it cannot be opened
     */
    Optional<Journals.Opened> take() throws IOException {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            var unused = closing();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the alarm journal was opened", e);
        }
    }

    /** Has the journal closed as soon as it is open, and waits for that. */
    void discard() {
        try {
            closing().get();
        } catch (ExecutionException e) {
            LOG.warn("An alarm journal that is not needed could not be closed: {}", String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Completes when the journal is closed, or was not opened. */
    private CompletableFuture<Void> closing() {
        return opening.exceptionally(failure -> Optional.empty())
                .thenAccept(opened -> opened.ifPresent(one -> one.journal().close()));
    }
}
