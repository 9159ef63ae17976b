package io.github.dtstream.app.command.common;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.management.ManagementEndpointFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the router that runs on a data folder, through its HTTP server. */
public final class RouterClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path dataDirectory;
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    RouterClient(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /**
     * Sends a GET request and returns the answer.
     *
     * @throws ConfigurationException if no router runs there, or it refuses; the message says why
     */
    public JsonNode get(String path) throws ConfigurationException, InterruptedException {
        try {
            return answer(request(path)
                    .header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(dataDirectory))
                    .GET()
                    .build());
        } catch (IOException | NumberFormatException e) {
            throw notRunning(e);
        }
    }

    /**
     * Sends a POST request and returns the answer.
     *
     * @throws ConfigurationException if no router runs there, or it refuses; the message says why
     */
    public JsonNode post(String path, JsonNode body) throws ConfigurationException, InterruptedException {
        try {
            return answer(request(path)
                    .header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(dataDirectory))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build());
        } catch (IOException | NumberFormatException e) {
            throw notRunning(e);
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + ManagementEndpointFile.portOf(dataDirectory) + path);
        return HttpRequest.newBuilder(uri).timeout(PATIENCE);
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException, ConfigurationException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode body = mapper.readTree(response.body());
        if (response.statusCode() / 100 != 2) {
            throw new ConfigurationException(
                    "The router refuses: " + body.path("error").asText("HTTP status " + response.statusCode()));
        }
        return body;
    }

    private ConfigurationException notRunning(Exception why) {
        String reason;
        if (why instanceof NoSuchFileException) {
            // There is no port file, so no router runs, and there is no other reason to tell.
            reason = "";
        } else if (why instanceof ConnectException) {
            // A router that was killed left its port file behind.
            reason = " any more";
        } else {
            reason = " (" + why.getClass().getSimpleName() + ": " + why.getMessage() + ")";
        }
        return new ConfigurationException("No router runs on the data folder " + dataDirectory.toAbsolutePath() + reason
                + ". Start one, or name its folder with --data-dir; that of the demo is data/demo.");
    }
}
