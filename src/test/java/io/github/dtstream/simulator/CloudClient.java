package io.github.dtstream.simulator;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A plain client of the API, with only what the tests need. */
final class CloudClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SimulatedCloud cloud;
    private final Clock clock;

    CloudClient(SimulatedCloud cloud, Clock clock) {
        this.cloud = cloud;
        this.clock = clock;
    }

    String assertion() {
        return assertion(
                cloud.account().secret(),
                cloud.account().email(),
                cloud.tokenUri().toString(),
                clock.instant(),
                3600);
    }

    String assertion(String secret, String issuer, String audience, Instant issued, long seconds) {
        return JWT.create()
                .withKeyId(cloud.account().keyId())
                .withIssuer(issuer)
                .withAudience(audience)
                .withIssuedAt(issued)
                .withExpiresAt(issued.plusSeconds(seconds))
                .sign(Algorithm.HMAC256(secret));
    }

    HttpResponse<String> exchange(String assertion) throws IOException, InterruptedException {
        String form = "grant_type=" + encode("urn:ietf:params:oauth:grant-type:jwt-bearer") + "&assertion="
                + encode(assertion);
        return http.send(
                HttpRequest.newBuilder(cloud.tokenUri())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String token() throws IOException, InterruptedException {
        HttpResponse<String> answer = exchange(assertion());
        if (answer.statusCode() != 200) {
            throw new IOException("no token: " + answer.body());
        }
        return MAPPER.readTree(answer.body()).get("access_token").asText();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static JsonNode json(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    HttpResponse<String> get(String path, String authorization) throws IOException, InterruptedException {
        return http.send(request(path, authorization).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, URI uri, String authorization, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", authorization)
                        .timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(cloud.baseUri() + "/projects/" + cloud.projectId() + path))
                .timeout(Duration.ofSeconds(30));
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    /** Opens a stream; returns when the head of the answer has come, which is with the first message. */
    Lines stream(String query, String accept, String authorization) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(
                request("/devices:stream" + query, authorization)
                        .header("Accept", accept)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        return new Lines(answer);
    }

    /** The lines of a stream's body. */
    record Lines(HttpResponse<InputStream> answer, BufferedReader reader) implements AutoCloseable {
        Lines(HttpResponse<InputStream> answer) {
            this(answer, new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
        }

        int status() {
            return answer.statusCode();
        }

        String next() throws IOException {
            return reader.readLine();
        }

        /** The next event object; null at the end. */
        JsonNode event() throws IOException {
            String line = reader.readLine();
            return line == null ? null : json(line).path("result").path("event");
        }

        @Override
        public void close() throws IOException {
            answer.body().close();
        }
    }
}
