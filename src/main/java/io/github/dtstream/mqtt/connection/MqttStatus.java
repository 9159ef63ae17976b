package io.github.dtstream.mqtt.connection;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a connection at one moment.
 *
 * @param connected whether the broker is connected
 * @param since when this began; before the first attempt, when the connection was made
 * @param broker the broker's address, without user or password
 * @param clientId this client's identifier
 * @param inflight messages that were sent and not acknowledged
 * @param waiting messages that wait to be sent
 * @param acknowledged messages that the broker acknowledged since start
 * @param refused messages that were refused since start
 * @param reconnects how often the connection was made again since start
 * @param lastError why the connection last ended or could not be made, one sentence; null if it never failed
 * @param lastAcknowledged when the broker last acknowledged a message
 * @param unanswered how long an acknowledgement has been missing; null if none is overdue
 * @param responsive whether that is within acknowledgementTimeout
 * @param restriction how messages are sent differently from their options, as the broker does not accept these; null if
 *     they are not
 */
public record MqttStatus(
        boolean connected,
        Instant since,
        String broker,
        String clientId,
        int inflight,
        int waiting,
        long acknowledged,
        long refused,
        long reconnects,
        @Nullable String lastError,
        @Nullable Instant lastAcknowledged,
        @Nullable Duration unanswered,
        boolean responsive,
        @Nullable String restriction) {

    /** Whether the broker is connected and acknowledges. */
    public boolean isWell() {
        return connected && responsive;
    }

    /** The state as one sentence for people. */
    public String sentence() {
        String pending = inflight + waiting == 0 ? "" : ", " + (inflight + waiting) + " messages wait";
        if (connected) {
            String silent = unanswered == null
                    ? ""
                    : ", it has acknowledged nothing for " + ReadableDuration.of(unanswered)
                            + (responsive ? "" : " although the connection was made anew");
            return "Connected to " + broker + " since " + since + pending + silent
                    + (restriction == null ? "" : "; " + restriction);
        }
        return "Not connected to " + broker + " since " + since + pending + ", trying again"
                + (lastError == null ? "" : "; last error: " + lastError);
    }
}
