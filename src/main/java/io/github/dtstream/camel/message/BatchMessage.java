package io.github.dtstream.camel.message;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * The message of a batch. It makes the map of its headers when somebody asks for one: a split copies the batch for each of its
 * parts, and puts the part's own message in the copy's place.
 *
 * <p>Used by one exchange, so by one thread at a time.
 */
public final class BatchMessage extends DefaultMessage {
    private final @Nullable String projectId;
    private final String receivedDate;

    /**
     * @param projectId the project of all events, if they are of one
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

    /** As long as nobody has asked for a header, a copy makes its own when it is asked. */
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
