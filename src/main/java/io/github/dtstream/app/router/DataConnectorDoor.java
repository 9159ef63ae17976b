package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.push.PushSignature;
import io.github.dtstream.push.SignatureRefusedException;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.SignedPaths;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in what a Data Connector has signed, by the head of its request alone, and says now and then in the log what it does not
 * let in. Owned by the event loop.
 */
final class DataConnectorDoor implements SignedPaths.Check {
    /** Below this they push. */
    static final String UNDER = "/data-connector/";

    private static final Logger LOG = LoggerFactory.getLogger(DataConnectorDoor.class);
    private static final String HEADER = PushSignature.HEADER.toLowerCase(Locale.ROOT);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(10);

    private final PushSignature signature;
    private final Ticker ticker;
    private @Nullable Deadline mayComplain;

    DataConnectorDoor(PushSignature signature, Ticker ticker) {
        this.signature = signature;
        this.ticker = ticker;
    }

    @Override
    public void check(SignedPaths.Headers headers) throws HttpProblem {
        String token = headers.first(HEADER).orElse(null);
        try {
            signature.check(token);
        } catch (SignatureRefusedException e) {
            // what has none is of somebody who looks at every address of the world
            if (token != null && (mayComplain == null || mayComplain.isOver())) {
                mayComplain = Deadline.after(BETWEEN_COMPLAINTS, ticker);
                LOG.warn(
                        "a push to {} is answered 401: {}. If the project's Data Connector sent it, compare its signature"
                                + " secret with {}",
                        UNDER,
                        e.getMessage(),
                        Setting.DATA_CONNECTOR_SECRET.key());
            }
            throw new HttpProblem(401, String.valueOf(e.getMessage()));
        }
    }
}
