package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.journal.local.JournalFiles;
import io.github.dtstream.management.ManagementEndpointFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A person who acknowledges, shelves and comments on alarms by the router's HTTP server, while the router may be killed
 * at any time, and remembers the answers. Each command has its own comment, by which it is found in the alarm journal.
 * Has its own thread until it is stopped.
 */
final class AlarmPerson {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);
    private static final int LONGEST_PAUSE_MILLIS = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).build();
    private final Thread thread = new Thread(this::run, "alarm-person");
    /** By comment; written by the thread, read after its end. */
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    private volatile boolean stopping;

    private enum Answer {
        /** The command is done, and on disk. */
        DONE(1, 1),
        /** The command cannot be done. */
        REFUSED(0, 0),
        /** The router ended meanwhile, or its disk is full. */
        UNKNOWN(0, 1);

        private final int least;
        private final int most;

        Answer(int least, int most) {
            this.least = least;
            this.most = most;
        }

        static Answer of(int status) {
            return status < 300 ? DONE : status < 500 ? REFUSED : UNKNOWN;
        }
    }

    /** @param data the router's data folder */
    AlarmPerson(Path data, long seed) {
        this.data = data;
        this.random = new Random(seed);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits for the present command. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    /** How many commands were answered as done. */
    long done() {
        return answers.values().stream().filter(Answer.DONE::equals).count();
    }

    private void run() {
        try {
            while (!stopping) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
                act();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act() throws InterruptedException {
        JsonNode alarms;
        try {
            alarms = JSON.readTree(send(request()).body()).path("alarms");
        } catch (IOException e) {
            return; // the router is not running
        }
        if (!alarms.isEmpty()) {
            JsonNode alarm = alarms.get(random.nextInt(alarms.size()));
            String comment = "command " + answers.size();
            // Noted first, as a failure must not lose the command.
            answers.put(comment, Answer.UNKNOWN);
            try {
                HttpRequest.Builder request = request()
                        .POST(HttpRequest.BodyPublishers.ofString(
                                command(alarm, comment).toString()));
                request.header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(data));
                answers.put(comment, Answer.of(send(request).statusCode()));
            } catch (IOException e) {
                // The router ended meanwhile.
            }
        }
    }

    private ObjectNode command(JsonNode alarm, String comment) {
        ObjectNode command = JSON.createObjectNode()
                .put("rule", alarm.path("rule").asText())
                .put("device", alarm.path("deviceId").asText())
                .put("subject", alarm.path("subject").asText())
                .put("person", "ann")
                .put("comment", comment);
        if (alarm.path("state").asText().equals("unacknowledged") && random.nextBoolean()) {
            return command.put("action", "acknowledge");
        }
        if (alarm.has("shelvedUntil") && random.nextBoolean()) {
            return command.put("action", "unshelve");
        }
        if (random.nextInt(4) == 0) {
            return command.put("action", "shelve")
                    .put(
                            "until",
                            Instant.now().plusSeconds(1 + random.nextInt(20)).toString());
        }
        return command.put("action", "comment");
    }

    private HttpRequest.Builder request() throws IOException {
        String port = Files.readString(data.resolve("management.port")).trim();
        if (port.isEmpty()) {
            throw new IOException("the port is not known yet");
        }
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/alarms"))
                .timeout(ANSWER_TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /**
     * The commands whose entries in the alarm journal differ from their answers: a command that was done must be there
     * once, a refused one not at all, and one without an answer at most once. Only after {@link #stop}.
     *
     * @param alarms the folder of the alarm journal
     */
    List<String> differences(Path alarms) throws IOException {
        Map<String, Integer> written = new HashMap<>();
        JournalFiles.scan(alarms, Instant.EPOCH, record -> {
            try {
                JsonNode entry = JSON.readTree(record.event().json()).at("/data/alarm");
                if (entry.path("kind").asText().equals("input") && entry.has("person")) {
                    written.merge(entry.at("/person/comment").asText(), 1, Integer::sum);
                }
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<String> differences = new ArrayList<>();
        answers.forEach((comment, answer) -> {
            int count = written.getOrDefault(comment, 0);
            if (count < answer.least || count > answer.most) {
                differences.add(comment + " was answered as " + answer + " and stands in the alarm journal " + count
                        + " times");
            }
        });
        return differences;
    }
}
