package io.github.dtstream.journal.buffer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A journal cannot write, and tries again.
 *
 * @param since when the first attempt of a row failed
 * @param reason why the newest one failed
 */
public record Held(Instant since, String reason) {
    /** The same with a newer reason, or the beginning of a row. */
    public static Held again(@Nullable Held before, Instant now, String reason) {
        return new Held(before == null ? now : before.since(), reason);
    }
}
