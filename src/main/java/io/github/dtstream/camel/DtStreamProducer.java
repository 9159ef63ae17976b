package io.github.dtstream.camel;

import io.github.dtstream.camel.message.DtStreamConstants;
import io.github.dtstream.camel.message.PushBody;
import io.github.dtstream.push.MessageRefusedException;
import io.github.dtstream.push.PushDelayedException;
import io.github.dtstream.push.PushReceipt;
import io.github.dtstream.stream.EventStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Appends the events that exchanges bring to the project's journal, and completes each exchange when they are on disk. What
 * follows in the route runs on threads of the component's own. Thread-safe.
 */
public class DtStreamProducer extends DefaultAsyncProducer {
    private final DtStreamEndpoint endpoint;
    /** Set when all routes have subscribed: the first one says what the stream is. */
    private volatile @Nullable EventStream stream;

    DtStreamProducer(DtStreamEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            opened().push(
                            PushBody.of(exchange),
                            Duration.ofMillis(endpoint.getConfiguration().getAppendTimeout()))
                    .whenCompleteAsync(
                            (receipt, failure) -> {
                                end(exchange, receipt, failure);
                                callback.done(false);
                            },
                            endpoint.getComponent().afterAppends());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(e);
        } catch (MessageRefusedException | IOException | RuntimeException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private static void end(Exchange exchange, @Nullable PushReceipt receipt, @Nullable Throwable failure) {
        if (failure != null) {
            boolean isWrapped = failure instanceof CompletionException && failure.getCause() != null;
            exchange.setException(isWrapped ? failure.getCause() : failure);
        } else if (receipt != null) {
            Message message = exchange.getMessage();
            message.setHeader(DtStreamConstants.ADDED, receipt.added());
            message.setHeader(DtStreamConstants.KNOWN, receipt.known());
        }
    }

    private EventStream opened() throws IOException {
        if (!isRunAllowed()) {
            throw new PushDelayedException("the route has been stopped; try again later");
        }
        EventStream known = stream;
        return known == null ? open() : known;
    }

    /** Takes the stream, or opens it. */
    EventStream open() throws IOException {
        EventStream opened = endpoint.getComponent()
                .streams()
                .feed(endpoint.getConfiguration().getStream(), endpoint.streamSettings());
        stream = opened;
        return opened;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.getComponent().feeds(this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().feedsNoMore(this);
        stream = null;
        super.doStop();
    }
}
