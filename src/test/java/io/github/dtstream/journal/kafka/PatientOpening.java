package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalAwayException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens a journal again while Kafka does not answer in time, as a router does: a busy machine is no failure. */
final class PatientOpening {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private PatientOpening() {}

    /** One attempt to open it. */
    interface Attempt<T> {
        T open() throws IOException, InterruptedException;
    }

    static <T> T of(Attempt<T> attempt) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return attempt.open();
            } catch (JournalAwayException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        }
    }
}
