package io.github.dtstream.cloud.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.fault.ForeignAnswer;
import io.github.dtstream.cloud.http.CredentialUrl;
import io.github.dtstream.cloud.http.HttpAnswer;
import io.github.dtstream.cloud.http.HttpTransport;
import io.github.dtstream.cloud.token.TokenSource.AccessToken;
import io.github.dtstream.text.Secret;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/**
 * Exchanges a signed assertion for an access token: the JWT-bearer grant of RFC 7523, as the vendor documents it (HS256
 * with the key's secret, {@code kid} in the header, {@code iss} the service account's e-mail, {@code aud} the token
 * URL, valid for an hour). Used by one thread at a time.
 */
public final class TokenEndpoint {
    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Duration ASSERTION_LIFE = Duration.ofHours(1);
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(60);
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final long DEFAULT_LIFE_SECONDS = 3600;
    private static final long MAX_LIFE_SECONDS = 24 * 3600;

    private final Credentials.OAuth2 credentials;
    private final HttpTransport http;
    private final FaultClassifier faults;
    private final CloudClock clock;
    private final ObjectMapper json = new ObjectMapper();

    /** How much the token endpoint's clock is ahead of the cloud's time; volatile, as threads take turns. */
    private volatile Duration skew = Duration.ZERO;

    public TokenEndpoint(Credentials.OAuth2 credentials, HttpTransport http, FaultClassifier faults, CloudClock clock) {
        CredentialUrl.require(credentials.tokenUrl(), "the token URL");
        if (credentials.secret().reveal().isEmpty()) {
            throw new IllegalArgumentException("the service account's secret is empty");
        }
        this.credentials = credentials;
        this.http = http;
        this.faults = faults;
        this.clock = clock;
    }

    /**
     * Gets a new token. If an assertion is refused while the clocks differ, it is tried once more with the corrected
     * time.
     */
    AccessToken fetch() throws CloudException {
        Instant issued = clock.instant().plus(skew);
        HttpAnswer answer = exchange(issued);
        Instant date = answer.date().orElse(issued);
        if (isRefusal(answer) && Duration.between(issued, date).abs().compareTo(TOLERATED_SKEW) > 0) {
            skew = Duration.between(clock.instant(), date);
            answer = exchange(clock.instant().plus(skew));
        }
        if (!answer.isSuccess()) {
            throw new CloudException(faults.ofTokenAnswer(
                    answer, clock.offset().orElse(Duration.ZERO).plus(skew)));
        }
        if (!ForeignAnswer.isJsonObject(answer)) {
            throw new CloudException(faults.weather(answer, "an access token"));
        }
        return read(answer);
    }

    private static boolean isRefusal(HttpAnswer answer) {
        boolean refuses = answer.status() == 400 || answer.status() == 401;
        return refuses && ForeignAnswer.tokenError(answer).isPresent();
    }

    private HttpAnswer exchange(Instant issued) throws CloudException {
        Secret assertion = new Secret(assertion(issued));
        HttpPost post = new HttpPost(credentials.tokenUrl());
        post.setHeader("Accept", "application/json");
        post.setEntity(new UrlEncodedFormEntity(List.of(
                new BasicNameValuePair("grant_type", GRANT_TYPE),
                new BasicNameValuePair("assertion", assertion.reveal()))));
        try {
            long asked = clock.nanos();
            HttpAnswer answer = http.exchange(post, MAX_ANSWER_BYTES);
            if (ForeignAnswer.isJsonObject(answer)) {
                Duration roundTrip = Duration.ofNanos(clock.nanos() - asked);
                answer.date().ifPresent(date -> clock.answered(date, roundTrip));
            }
            // An answer with a token is parsed and never shown. Any other answer may be shown and is never searched for
            // a token.
            return answer.isSuccess() && ForeignAnswer.isJsonObject(answer)
                    ? answer
                    : answer.without(assertion).without(credentials.secret());
        } catch (IOException e) {
            throw new CloudException(faults.ofThrowable(e, "the token endpoint"), e);
        }
    }

    private String assertion(Instant issued) {
        return JWT.create()
                .withKeyId(credentials.keyId())
                .withIssuer(credentials.email())
                .withAudience(credentials.tokenUrl().toString())
                .withIssuedAt(issued)
                .withExpiresAt(issued.plus(ASSERTION_LIFE))
                .sign(Algorithm.HMAC256(credentials.secret().reveal()));
    }

    private AccessToken read(HttpAnswer answer) throws CloudException {
        try {
            JsonNode body = json.readTree(answer.body());
            String token = body.path("access_token").asText("");
            if (token.isEmpty()) {
                throw new CloudException(unreadable());
            }
            long life = Math.min(body.path("expires_in").asLong(DEFAULT_LIFE_SECONDS), MAX_LIFE_SECONDS);
            Instant now = clock.instant();
            return new AccessToken(new Secret(token), now, now.plusSeconds(Math.max(1, life)));
        } catch (IOException e) {
            // The parser's message quotes the body, which may have the token, so it is not passed on.
            throw new CloudException(unreadable());
        }
    }

    private Fault unreadable() {
        return faults.ofMissingToken(credentials.tokenUrl());
    }
}
