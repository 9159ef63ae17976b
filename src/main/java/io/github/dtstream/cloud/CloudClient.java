package io.github.dtstream.cloud;

import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cloud.fault.ForeignAnswer;
import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.http.HttpAnswer;
import io.github.dtstream.cloud.http.HttpTransport;
import io.github.dtstream.cloud.http.QueryString;
import io.github.dtstream.cloud.token.Authenticator;
import io.github.dtstream.cloud.token.Authorization;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.cloud.token.TokenEndpoint;
import io.github.dtstream.cloud.token.TokenSource;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.jspecify.annotations.Nullable;

/** The cloud's REST API and event streams over HTTP, with one set of credentials. Thread-safe. */
public final class CloudClient implements CloudApi, AutoCloseable {
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    private final URI base;
    private final HttpTransport http;
    private final Authenticator authenticator;
    private final FaultClassifier faults;
    private final CloudClock clock;

    /**
     * @param clock gets the cloud's time from answers
     * @throws IllegalArgumentException if credentials must not be sent to a URL, or the secret is empty
     */
    public CloudClient(CloudClientSettings settings, Credentials credentials, CloudClock clock) {
        this(settings, credentials, clock, Supervisor.system(), OptionNames.OF_COMPONENT);
    }

    /**
     * The same.
     *
     * @param supervisor makes the thread that ends answers that take too long
     * @param names the names of the options in messages
     */
    public CloudClient(
            CloudClientSettings settings,
            Credentials credentials,
            CloudClock clock,
            Supervisor supervisor,
            OptionNames names) {
        this.base = withoutTrailingSlash(settings.apiUrl());
        this.clock = clock;
        this.faults = new FaultClassifier(clock, names);
        this.http = new HttpTransport(settings, supervisor);
        this.authenticator = authenticator(credentials, clock);
    }

    private Authenticator authenticator(Credentials credentials, CloudClock clock) {
        if (credentials instanceof Credentials.OAuth2 oauth) {
            return new TokenSource(new TokenEndpoint(oauth, http, faults, clock), oauth.asQueryParameter(), clock);
        }
        return Authenticator.basic((Credentials.Basic) credentials);
    }

    /**
     * Gets an access token if the credentials need one; otherwise does nothing, and the first request shows whether
     * they are accepted.
     *
     * @throws CloudException if no token is given
     */
    public void authenticate() throws CloudException, InterruptedException {
        authenticator.freshAuthorization();
    }

    @Override
    public byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException {
        URI uri = URI.create(base + "/" + path + QueryString.of(query));
        Authorization proof = authenticator.authorization();
        HttpAnswer answer = get(uri, path, proof);
        Fault fault = fault(answer, path, proof);
        if (fault != null && fault.kind() == FaultKind.CREDENTIALS && authenticator.invalidate(proof)) {
            proof = authenticator.authorization();
            answer = get(uri, path, proof);
            fault = fault(answer, path, proof);
        }
        if (fault != null) {
            throw new CloudException(fault);
        }
        return answer.body();
    }

    /** The fault of an answer; null if it is JSON as requested. */
    private @Nullable Fault fault(HttpAnswer answer, String path, Authorization proof) {
        if (!answer.isSuccess()) {
            return faults.ofAnswer(answer.without(proof.value()), FaultClassifier.Target.resource(path));
        }
        if (answer.truncated()) {
            return Fault.of(
                    FaultKind.PERMANENT, "the answer to " + path + " is longer than " + MAX_BODY_BYTES + " bytes");
        }
        return ForeignAnswer.isJsonObject(answer) ? null : faults.weather(answer.without(proof.value()), path);
    }

    /** A call of a project's event stream, not opened yet. */
    public StreamCall stream(StreamRequest request) {
        return new StreamCall(request, base, http, authenticator, faults);
    }

    /** Classifies the ends of this client's streams. */
    public FaultClassifier faults() {
        return faults;
    }

    /** Ends all connections at once; running requests fail. */
    @Override
    public void close() {
        http.close();
    }

    private HttpAnswer get(URI uri, String path, Authorization proof) throws CloudException {
        HttpGet request = new HttpGet(uri);
        request.setHeader("Accept", "application/json");
        request.setHeader("Authorization", proof.header().reveal());
        long asked = clock.nanos();
        try {
            HttpAnswer answer = http.exchange(request, MAX_BODY_BYTES);
            if (ForeignAnswer.isJsonObject(answer)) {
                Duration roundTrip = Duration.ofNanos(clock.nanos() - asked);
                answer.date().ifPresent(date -> clock.answered(date, roundTrip));
            }
            return answer;
        } catch (IOException e) {
            throw new CloudException(faults.ofThrowable(e, path), e);
        }
    }

    private static URI withoutTrailingSlash(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }
}
