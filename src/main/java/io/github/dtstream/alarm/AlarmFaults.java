package io.github.dtstream.alarm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong once while a stream's alarms were processed, and is over. The last of it is told for a day, so that
 * somebody sees it. The thread that processes adds to it, and any thread reads it.
 */
final class AlarmFaults {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmFaults.class);

    private static final Duration TOLD = Duration.ofDays(1);

    private final String stream;
    private final Clock clock;
    private volatile @Nullable Fault last;

    private record Fault(Instant at, String sentence) {}

    /** @param stream the stream's name, for messages */
    AlarmFaults(String stream, Clock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /** An event, or another input of the engine, was skipped. */
    void skipped(String what, RuntimeException why) {
        Instant at = clock.instant();
        String sentence = what + " was skipped at " + at + ": " + why;
        LOG.error("Alarms of {}: {}", stream, sentence, why);
        last = new Fault(at, sentence);
    }

    /** The saved state could not be read. */
    void beganAnew(String sentence) {
        LOG.error("Alarms of {}: {}", stream, sentence);
        last = new Fault(clock.instant(), sentence);
    }

    /** Nothing of before matters any more. */
    void forget() {
        last = null;
    }

    /** One sentence; null if nothing went wrong lately. */
    @Nullable
    String lately() {
        Fault fault = last;
        return fault != null && fault.at().isAfter(clock.instant().minus(TOLD)) ? fault.sentence() : null;
    }
}
