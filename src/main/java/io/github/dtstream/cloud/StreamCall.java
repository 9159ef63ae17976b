package io.github.dtstream.cloud;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cloud.fault.ForeignAnswer;
import io.github.dtstream.cloud.http.ContentEncoding;
import io.github.dtstream.cloud.http.HttpAnswer;
import io.github.dtstream.cloud.http.HttpTransport;
import io.github.dtstream.cloud.http.QueryString;
import io.github.dtstream.cloud.token.Authenticator;
import io.github.dtstream.cloud.token.Authorization;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EmptyInputStream;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the event stream, from its request to its end. The reading thread calls {@link #open} once. Any
 * thread may call {@link #abort} at any time; a thread that connects or reads then gets an {@link IOException}.
 */
public final class StreamCall {
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final StreamRequest request;
    private final URI base;
    private final HttpTransport http;
    private final Authenticator authenticator;
    private final FaultClassifier faults;

    /** The request that {@link #abort} cancels; replaced by a marker after that. */
    private final AtomicReference<@Nullable HttpGet> exchange = new AtomicReference<>();

    private final HttpGet aborted = new HttpGet("/");

    /** Owned by the opening thread, except for {@link #invalidateCredentials}, which is called later. */
    private volatile @Nullable Authorization authorization;
    /** The head of the answer; written by the opening thread. */
    private volatile @Nullable HttpAnswer head;

    StreamCall(
            StreamRequest request, URI base, HttpTransport http, Authenticator authenticator, FaultClassifier faults) {
        this.request = request;
        this.base = base;
        this.http = http;
        this.authenticator = authenticator;
        this.faults = faults;
    }

    /**
     * Sends the request with fresh credentials and waits for the head of the answer; the cloud sends it only with the
     * first message.
     *
     * @return the body; a read throws {@link java.net.SocketTimeoutException} after the request's silence limit
     * @throws CloudException if the cloud refuses, another server answers in its place, or no token is given
     * @throws IOException if the connection fails, the silence limit passes, or the call was aborted
     */
    public InputStream open() throws CloudException, IOException, InterruptedException {
        Authorization proof = authenticator.freshAuthorization();
        authorization = proof;
        HttpGet get = get(proof);
        if (!exchange.compareAndSet(null, get)) {
            throw new IOException("aborted");
        }
        ClassicHttpResponse response = http.open(get, request.silenceLimit());
        HttpAnswer answer = HttpAnswer.of(response, new byte[0], true);
        head = answer;
        if (!answer.isSuccess() || !ForeignAnswer.mayBeStream(answer.mediaType())) {
            throw new CloudException(refusal(get, response, proof));
        }
        HttpEntity entity = response.getEntity();
        return entity == null ? EmptyInputStream.INSTANCE : ContentEncoding.decoded(entity);
    }

    /** The date of the cloud's answer; empty before it, or if it has none. */
    public Optional<Instant> answered() {
        HttpAnswer answer = head;
        return answer == null ? Optional.empty() : answer.date();
    }

    /**
     * The fault of an answer that is not an event stream.
     *
     * @param sample its beginning
     */
    public Fault noStream(String sample) {
        HttpAnswer answer = head;
        String what = "the event stream of project " + request.projectId();
        return answer == null
                ? Fault.of(FaultKind.WEATHER, what + " was not answered")
                : faults.weather(answer, what + ", which brings " + withoutToken(sample) + " and no event,");
    }

    /** Ends the connection at once and for good. */
    public void abort() {
        HttpGet running = exchange.getAndSet(aborted);
        if (running != null) {
            running.cancel();
        }
    }

    /**
     * Has the credentials of this call replaced.
     *
     * @return whether they can be replaced, so that another attempt makes sense
     */
    public boolean invalidateCredentials() {
        Authorization proof = authorization;
        return proof != null && authenticator.invalidate(proof);
    }

    /** Removes the access token from a text of the cloud, in case that the text repeats it. */
    public String withoutToken(String text) {
        Authorization proof = authorization;
        return proof == null
                ? text
                : text.replace(proof.value().reveal(), proof.value().toString());
    }

    private Fault refusal(HttpGet get, ClassicHttpResponse response, Authorization proof) throws IOException {
        try {
            HttpAnswer answer = http.read(get, response, MAX_ERROR_BYTES).without(proof.value());
            FaultClassifier.Target target = FaultClassifier.Target.stream(request.projectId());
            return answer.isSuccess() ? faults.weather(answer, target.description()) : faults.ofAnswer(answer, target);
        } finally {
            get.cancel();
            Closer.closeQuietly(response);
        }
    }

    private HttpGet get(Authorization proof) {
        String query = QueryString.of(request.query());
        if (proof.asQueryParameter()) {
            query += (query.isEmpty() ? "?" : "&") + "token="
                    + QueryString.encode(proof.value().reveal());
        }
        HttpGet get = new HttpGet(URI.create(base + "/" + request.path() + query));
        get.setHeader("Accept", request.mediaType());
        get.setHeader("Cache-Control", "no-store");
        if (!proof.asQueryParameter()) {
            get.setHeader("Authorization", proof.header().reveal());
        }
        return get;
    }
}
