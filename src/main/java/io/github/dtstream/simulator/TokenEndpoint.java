package io.github.dtstream.simulator;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.http.Endpoint;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.http.Parameters;
import io.github.dtstream.simulator.http.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Exchanges assertions for access tokens: the JWT-bearer grant of RFC 7523. */
final class TokenEndpoint implements Endpoint {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Duration LONGEST_ASSERTION = Duration.ofHours(1);
    private static final Duration CLOCK_LEEWAY = Duration.ofSeconds(10);
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final List<Holder> holders = new CopyOnWriteArrayList<>();
    private final Faults faults;

    TokenEndpoint(ServiceAccount account, AccessTokens tokens, Faults faults) {
        this.faults = faults;
        add(account, tokens);
    }

    /** A service account, and the tokens issued to it. */
    private record Holder(ServiceAccount account, AccessTokens tokens) {}

    /** Adds a service account. */
    void add(ServiceAccount account, AccessTokens tokens) {
        holders.add(new Holder(account, tokens));
    }

    /** Thrown if a token is refused. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String error;

        Refused(String error, String description) {
            super(description, null, false, false);
            this.error = error;
        }
    }

    @Override
    public void handle(Request request) throws IOException, HttpError {
        request.requireMethod("POST");
        try {
            Parameters form = new Parameters(new String(request.body(), StandardCharsets.UTF_8));
            AccessTokens tokens = check(request, form);
            request.answer(
                    200,
                    "{\"access_token\":\"" + tokens.issue() + "\",\"token_type\":\"bearer\",\"expires_in\":"
                            + tokens.life().toSeconds() + "}");
        } catch (Refused e) {
            request.answer(
                    400,
                    "{\"error\":\"" + e.error + "\",\"error_description\":" + Json.quote(String.valueOf(e.getMessage()))
                            + "}");
        }
    }

    private AccessTokens check(Request request, Parameters form) throws HttpError, Refused {
        String type = request.header("Content-Type").orElse("");
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            throw new Refused("invalid_request", "the parameters must be sent as a form");
        }
        if (!form.scalar("grant_type").orElse("").equals(GRANT)) {
            throw new Refused("unsupported_grant_type", "unsupported grant type");
        }
        return check(form.scalar("assertion").orElse(""));
    }

    private AccessTokens check(String assertion) throws Refused {
        DecodedJWT jwt;
        try {
            jwt = JWT.decode(assertion);
        } catch (JWTDecodeException e) {
            throw new Refused("invalid_request", "the assertion is no JWT");
        }
        Holder holder = holders.stream()
                .filter(one -> one.account().email().equals(jwt.getIssuer())
                        && one.account().keyId().equals(jwt.getKeyId()))
                .findFirst()
                .orElseThrow(() -> new Refused("invalid_grant", "untrusted entity: issuer or key is not known"));
        try {
            if (!"HS256".equals(jwt.getAlgorithm())) {
                throw new Refused("invalid_grant", "signature error: the algorithm must be HS256");
            }
            Algorithm.HMAC256(holder.account().secret()).verify(jwt);
        } catch (SignatureVerificationException e) {
            throw new Refused("invalid_grant", "signature error: the signature does not match");
        }
        checkAudience(jwt.getAudience());
        checkTimes(jwt.getIssuedAtAsInstant(), jwt.getExpiresAtAsInstant());
        return holder.tokens();
    }

    /** Accepts any loopback port, so that a proxy can be used, also one with TLS. */
    private static void checkAudience(List<String> audience) throws Refused {
        boolean ours = audience != null && audience.size() == 1 && isTokenUri(audience.get(0));
        if (!ours) {
            throw new Refused("invalid_grant", "audience mismatch: aud must be the URL of the token endpoint");
        }
    }

    private static boolean isTokenUri(String text) {
        try {
            URI uri = URI.create(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && LOOPBACK.contains(uri.getHost())
                    && "/oauth2/token".equals(uri.getPath());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkTimes(Instant issued, Instant expires) throws Refused {
        if (issued == null || expires == null) {
            throw new Refused("invalid_grant", "timing error: iat and exp are required");
        }
        Instant now = faults.cloudTime();
        if (issued.isAfter(now.plus(CLOCK_LEEWAY))) {
            throw new Refused("invalid_grant", "timing error: the assertion was issued in the future");
        }
        if (!expires.isAfter(now)) {
            throw new Refused("invalid_grant", "timing error: the assertion has expired");
        }
        if (Duration.between(issued, expires).compareTo(LONGEST_ASSERTION) > 0) {
            throw new Refused("invalid_grant", "timing error: the assertion is valid for more than an hour");
        }
    }
}
