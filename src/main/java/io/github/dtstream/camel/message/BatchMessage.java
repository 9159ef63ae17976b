package io.github.dtstream.camel.message;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * The message of a batch. It makes its map of headers only when asked for one: a split copies the batch for each part,
 * and then replaces the copy's message with the part's.
 *
 * <p>Used by one exchange, so by one thread at a time.
 */
public final class BatchMessage extends DefaultMessage {
    private final @Nullable String projectId;
    private final String receivedDate;

    /**
     * @param projectId the project of all events; null if they are of several
     * @param receivedDate the UTC date of their receipt
     */
    public BatchMessage(CamelContext context, @Nullable String projectId, String receivedDate) {
        super(context);
        this.projectId = projectId;
        this.receivedDate = receivedDate;
    }

    @Override
    protected boolean isPopulateHeadersSupported() {
        return true;
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> headers) {
        headers.put(DtStreamConstants.PROJECT_ID, projectId);
        headers.put(DtStreamConstants.RECEIVED_DATE, receivedDate);
    }

    /** Copies without headers, unless headers were asked for; the copy makes its own. */
    @Override
    public Message copy() {
        if (hasPopulatedHeaders()) {
            return super.copy();
        }
        BatchMessage copy = new BatchMessage(getCamelContext(), projectId, receivedDate);
        copy.setExchange(getExchange());
        if (hasMessageId()) {
            copy.setMessageId(getMessageId());
        }
        copy.setBody(getBody());
        if (hasDataType()) {
            copy.setDataType(getDataType());
        }
        return copy;
    }
}
