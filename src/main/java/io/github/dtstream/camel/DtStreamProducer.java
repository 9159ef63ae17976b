package io.github.dtstream.camel;

import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.camel.message.DtStreamConstants;
import io.github.dtstream.camel.message.PushBody;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.push.MessageProject;
import io.github.dtstream.push.MessageRefusedException;
import io.github.dtstream.push.PushDelayedException;
import io.github.dtstream.push.PushReceipt;
import io.github.dtstream.push.PushSignature;
import io.github.dtstream.push.SignatureRefusedException;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.text.FailureReason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends events from exchanges to the project's journal, and completes each exchange when its events are on disk. With
 * several projects, a message's first event determines the project. The rest of the route runs on the component's
 * threads. Thread-safe.
 */
public class DtStreamProducer extends DefaultAsyncProducer {
    private static final Logger LOG = LoggerFactory.getLogger(DtStreamProducer.class);

    private final DtStreamEndpoint endpoint;
    /** By project. Opened when all routes have subscribed, as the first subscriber determines a stream's options. */
    private final Map<String, EventStream> streams = new ConcurrentHashMap<>();

    private final Map<String, Feeder> feeders = new ConcurrentHashMap<>();

    /** Set at start. */
    private volatile List<StreamSettings> projects = List.of();

    /** Set at start; null if messages need no signature. */
    private volatile @Nullable PushSignature signature;

    DtStreamProducer(DtStreamEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            List<byte[]> parts = PushBody.of(exchange);
            requireSigned(exchange, parts);
            opened(parts)
                    .push(parts, Duration.ofMillis(endpoint.getConfiguration().getAppendTimeout()))
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
        } catch (MessageRefusedException | SignatureRefusedException | IOException | RuntimeException e) {
            fail(exchange, e);
        }
        callback.done(true);
        return true;
    }

    /** Checks the signature over the bytes as they were received. */
    private void requireSigned(Exchange exchange, List<byte[]> parts) throws SignatureRefusedException {
        PushSignature needed = signature;
        if (needed != null) {
            needed.check(exchange.getMessage().getHeader(PushSignature.HEADER, String.class))
                    .requireBody(parts.size() == 1 ? parts.get(0) : new byte[0]);
        }
    }

    private void fail(Exchange exchange, Throwable failure) {
        endpoint.getComponent().pushRefusals().count(failure);
        exchange.setException(failure);
    }

    private void end(Exchange exchange, @Nullable PushReceipt receipt, @Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
            fail(exchange, cause == null ? failure : cause);
        } else if (receipt != null) {
            Message message = exchange.getMessage();
            message.setHeader(DtStreamConstants.ADDED, receipt.added());
            message.setHeader(DtStreamConstants.KNOWN, receipt.known());
        }
    }

    private EventStream opened(List<byte[]> parts) throws IOException, MessageRefusedException {
        if (!isRunAllowed()) {
            throw new PushDelayedException("the route has been stopped; try again later");
        }
        if (projects.size() == 1) {
            return opened(projects.get(0));
        }
        // If no project is found, the reader of the whole message says what is wrong.
        String project = MessageProject.of(parts).orElse(projects.get(0).projectId());
        for (StreamSettings settings : projects) {
            if (settings.projectId().equals(project)) {
                return opened(settings);
            }
        }
        throw new MessageRefusedException("the message is refused as a whole: it is of the project " + project
                + ", and this appends to " + endpoint.getConfiguration().getProjectId());
    }

    private EventStream opened(StreamSettings settings) throws IOException {
        EventStream known = streams.get(settings.projectId());
        if (known != null) {
            return known;
        }
        if (held().areShared()) {
            // only a feeder may open the stream here, because opening it takes it over
            throw new PushDelayedException("the stream " + name(settings) + " is held by "
                    + held().elsewhere(name(settings)).orElse("this router in a moment")
                    + "; send to that router, or try again later");
        }
        return open(settings);
    }

    private EventStream open(StreamSettings settings) throws IOException {
        EventStream opened = endpoint.getComponent()
                .streams()
                .feed(endpoint.getConfiguration().getStream(), settings);
        streams.put(settings.projectId(), opened);
        return opened;
    }

    /**
     * Opens the streams. With several projects, a journal that cannot be opened is tried again at each message for it.
     */
    void open() throws IOException {
        for (StreamSettings settings : projects) {
            try {
                held().add(
                                name(settings),
                                feeders.computeIfAbsent(settings.projectId(), project -> new Feeder(settings)));
            } catch (IOException e) {
                if (projects.size() == 1) {
                    throw e;
                }
                LOG.error(
                        "nothing can be appended to project {}, which is tried again: {}",
                        settings.projectId(),
                        FailureReason.of(e));
            }
        }
    }

    private HeldStreams held() {
        return endpoint.getComponent().held();
    }

    private String name(StreamSettings settings) {
        return settings.projectId() + "/" + endpoint.getConfiguration().getStream();
    }

    /** Keeps the stream to append to open while this router holds it. */
    private final class Feeder implements StreamUser {
        private final StreamSettings settings;

        Feeder(StreamSettings settings) {
            this.settings = settings;
        }

        @Override
        public void begin() throws IOException {
            var unused = DtStreamProducer.this.open(settings);
        }

        @Override
        public void end(StopGrace grace) {
            streams.remove(settings.projectId());
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        projects = endpoint.allStreamSettings();
        signature = endpoint.getConfiguration().isSigned() ? requiredSignature() : null;
        endpoint.getComponent().feeds(this);
    }

    private PushSignature requiredSignature() {
        return endpoint.getComponent()
                .pushSignature()
                .orElseThrow(() -> new IllegalArgumentException(
                        "dt-stream appends with signed=true only what is signed, and there is no secret to check that by:"
                                + " set the component's option signatureSecret"));
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().feedsNoMore(this);
        feeders.forEach((project, feeder) -> held().remove(name(feeder.settings), feeder));
        feeders.clear();
        streams.clear();
        super.doStop();
    }
}
