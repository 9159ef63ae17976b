package io.github.dtstream.push;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts the pushes that were refused, by reason, since start. Thread-safe. */
public final class PushRefusals {
    /** The reasons, ordered by who can cause them: those that anybody can cause come first. */
    public enum Reason {
        /** There was no signature. */
        UNSIGNED("unsigned"),
        /** It was not made with the secret, or is none. */
        SIGNATURE("signature"),
        /** It was made with the secret, and has expired. */
        EXPIRED("expired"),
        /** It is of another body. */
        CHECKSUM("checksum"),
        /** The body is too long. */
        TOO_LARGE("too_large"),
        /** The body is no event, or of another project. */
        MALFORMED("malformed"),
        /** Too many requests were in hand. */
        BUSY("busy"),
        /** It was not on disk in time. */
        DELAYED("delayed");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** Its name in metrics. */
        public String label() {
            return label;
        }
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    public PushRefusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    public void count(Reason reason) {
        Objects.requireNonNull(counts.get(reason)).increment();
    }

    /** Counts a failure of an append, if it is one of these. */
    public void count(Throwable failure) {
        if (failure instanceof SignatureRefusedException refused) {
            count(refused.reason());
        } else if (failure instanceof MessageRefusedException) {
            count(Reason.MALFORMED);
        } else if (failure instanceof PushDelayedException) {
            count(Reason.DELAYED);
        }
    }

    /** All reasons, with 0 where there was none. */
    public Map<Reason, Long> counts() {
        Map<Reason, Long> all = new EnumMap<>(Reason.class);
        counts.forEach((reason, count) -> all.put(reason, count.sum()));
        return Collections.unmodifiableMap(all);
    }
}
