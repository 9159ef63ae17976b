package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.push.PushRefusals;
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
 * Admits requests that a Data Connector has signed, by the head of the request alone, and logs refusals at most once in
 * ten minutes. Owned by the event loop.
 */
final class DataConnectorDoor implements SignedPaths.Check {
    /** The path below which Data Connectors push. */
    static final String UNDER = "/data-connector/";

    private static final Logger LOG = LoggerFactory.getLogger(DataConnectorDoor.class);
    private static final String HEADER = PushSignature.HEADER.toLowerCase(Locale.ROOT);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(10);

    private final PushSignature signature;
    private final PushRefusals refusals;
    private final Ticker ticker;
    private @Nullable Deadline mayComplain;

    /** @param refusals counts the refused pushes */
    DataConnectorDoor(PushSignature signature, PushRefusals refusals, Ticker ticker) {
        this.signature = signature;
        this.refusals = refusals;
        this.ticker = ticker;
    }

    @Override
    public void check(SignedPaths.Headers headers) throws HttpProblem {
        String token = headers.first(HEADER).orElse(null);
        try {
            signature.check(token);
        } catch (SignatureRefusedException e) {
            refusals.count(e.reason());
            // A request without a signature comes from a scanner of the internet, not from a Data Connector.
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

    @Override
    public void refused(int status) {
        refusals.count(status == 413 ? PushRefusals.Reason.TOO_LARGE : PushRefusals.Reason.BUSY);
    }
}
