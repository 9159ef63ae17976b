package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The packaged router as a child process in a folder of its own. Used by one thread. */
final class RouterProcess implements AutoCloseable {
    static final long HEAP_MEGABYTES = 64;

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path jar;
    private final Path folder;
    private final Map<String, String> environment;
    private final long heapMegabytes;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).build();
    private @Nullable Process process;

    /**
     * @param jar the packaged application
     * @param folder has application.properties and routes/; the output goes to router.log there
     * @param environment variables in addition to this process's own
     */
    RouterProcess(Path jar, Path folder, Map<String, String> environment) {
        this(jar, folder, environment, HEAP_MEGABYTES);
    }

    /** The same with another heap. */
    RouterProcess(Path jar, Path folder, Map<String, String> environment, long heapMegabytes) {
        this.jar = jar;
        this.folder = folder;
        this.environment = environment;
        this.heapMegabytes = heapMegabytes;
    }

    void start() throws IOException {
        // A killed router leaves the file behind.
        Files.deleteIfExists(portFile());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path archive = jar.toAbsolutePath().resolveSibling("dt-stream-router.jsa");
        List<String> command = new ArrayList<>(List.of(java, "-Xmx" + heapMegabytes + "m", "-XX:TieredStopAtLevel=1"));
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** The identifier of the process; 0 if it was not started. */
    long pid() {
        return process == null ? 0 : process.pid();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** SIGSTOP: it stands still, as on a sleeping machine. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (process != null) {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** The exit code of a process that has ended by itself, or by a signal. */
    int exitCode() {
        return process == null ? 0 : process.exitValue();
    }

    /** Prints a thread dump to the log, to show why nothing happens. */
    void printThreads() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) {
            signal("QUIT");
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** SIGTERM, without waiting. */
    void askToEnd() {
        if (process != null) {
            process.destroy();
        }
    }

    /** SIGTERM; if the process has not ended within minutes, its thread dump goes to the log, and the test fails. */
    void terminate() throws IOException, InterruptedException {
        if (process == null) {
            return;
        }
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            printThreads();
            kill();
            throw new AssertionError(
                    "the router did not end within " + PATIENCE.toSeconds() + " s of SIGTERM; see " + log());
        }
    }

    /** Its answer by HTTP; empty if it does not answer. */
    Optional<JsonNode> ask(String path) throws InterruptedException {
        try {
            int port = Integer.parseInt(Files.readString(portFile()).trim());
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(ANSWER_TIMEOUT)
                    .build();
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return Optional.of(JSON.readTree(answer.body()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether the stream is received. */
    boolean isLive() throws InterruptedException {
        return stream().path("state").asText().equals("live");
    }

    /** Whether there is nothing to fill and nothing to deliver. */
    boolean isIdle() throws InterruptedException {
        JsonNode status = ask("/routes").orElseGet(JSON::createObjectNode);
        boolean idle = status.path("streams").path(0).path("openGaps").asInt(1) == 0;
        for (JsonNode route : status.path("routes")) {
            idle &= route.path("lag").asLong(1) == 0 && route.path("inFlight").asLong(1) == 0;
        }
        return idle;
    }

    /** How many duplicates it recognised since it was started. */
    long duplicates() throws InterruptedException {
        return stream().path("duplicates").asLong();
    }

    private JsonNode stream() throws InterruptedException {
        return ask("/routes").orElseGet(JSON::createObjectNode).path("streams").path(0);
    }

    /** Its list of gaps, by stream. */
    JsonNode gaps() throws InterruptedException {
        return ask("/gaps").orElseGet(JSON::createObjectNode);
    }

    /** How many gaps got events from history. */
    int filledGaps() throws InterruptedException {
        int filled = 0;
        for (JsonNode ofStream : gaps()) {
            for (JsonNode gap : ofStream) {
                filled += gap.path("eventsNew").asInt() > 0 ? 1 : 0;
            }
        }
        return filled;
    }

    /** Whether it is filling a gap now. */
    boolean isFilling() throws InterruptedException {
        for (JsonNode ofStream : gaps()) {
            for (JsonNode gap : ofStream) {
                if (gap.path("state").asText().equals("filling")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Path portFile() {
        return data().resolve("management.port");
    }

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("router.log");
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
