package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.reject.Refusals;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.reject.RejectQuery;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three refused events and a record that is none, a minute apart, in the file of one component. */
final class RejectedListTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(NOON);
    private RejectFile file;

    @BeforeEach
    void open() throws IOException {
        file = new RejectFile(folder.resolve("one"), 1 << 20, clock);
        refuse(file, "files", "e1", "400 too large");
        refuse(file, "mqtt", "e2", "Not authorized");
        reject(file, "stream", "not JSON");
        refuse(file, "files", "e3", "404 no such table");
    }

    @AfterEach
    void close() {
        file.close();
    }

    private void refuse(RejectFile of, String subscriber, String event, String reason) throws IOException {
        Refusals.add(
                of,
                subscriber,
                reason,
                Map.of("eventId", event, "stream", "p/default"),
                "{}".getBytes(StandardCharsets.UTF_8));
        clock.advance(Duration.ofMinutes(1));
    }

    private void reject(RejectFile of, String where, String reason) {
        of.reject(where, reason, Map.of(), "x".getBytes(StandardCharsets.UTF_8));
        clock.advance(Duration.ofMinutes(1));
    }

    private JsonNode list(List<RejectFile> files, String query) throws Exception {
        return RejectedList.of(files, Requests.get("/rejected", query));
    }

    private JsonNode list(String query) throws Exception {
        return list(List.of(file), query);
    }

    @Test
    void showsEachRecordWithWhatIsKnownOfItTheNewestLast() throws Exception {
        JsonNode json = list("");

        assertThat(json.path("total").asInt()).isEqualTo(4);
        assertThat(json.path("rejected").findValuesAsText("eventId")).containsExactly("e1", "e2", "", "e3");
        JsonNode first = json.at("/rejected/0");
        assertThat(first.path("id").asText()).isEqualTo("2026-11-26-1");
        assertThat(first.path("time").asText()).isEqualTo("2026-11-26T12:00:00Z");
        assertThat(first.path("where").asText()).isEqualTo("subscriber files");
        assertThat(first.path("reason").asText()).isEqualTo("400 too large");
        assertThat(first.path("settled").asText()).isEmpty();
        assertThat(json.at("/rejected/2/where").asText()).isEqualTo("stream");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subscriber=files | e1,e3",
                "subscriber=nobody | ''",
                "reason=TOO | e1",
                "from=2026-11-26T12:01:00Z&to=2026-11-26T12:03:00Z | e2,",
                "subscriber=files&from=2026-11-26T12:03:00Z | e3",
                "subscriber=files&to=2026-11-26T12:03:00Z | e1",
                "all=false&subscriber=mqtt | e2"
            })
    void showsWhatIsAskedFor(String query, String events) throws Exception {
        assertThat(String.join(",", list(query).path("rejected").findValuesAsText("eventId")))
                .isEqualTo(events);
    }

    @Test
    void countsAllAndShowsTheNewestOfMoreThanTheLimit() throws Exception {
        JsonNode two = list("limit=2");

        assertThat(two.path("total").asInt()).isEqualTo(4);
        assertThat(two.path("rejected").findValuesAsText("eventId")).containsExactly("", "e3");
        assertThat(list("limit=0").path("rejected")).hasSize(1);
        assertThat(list("limit=1000000").path("rejected")).hasSize(4);
    }

    @Test
    void showsFiftyIfNoLimitIsNamed() throws Exception {
        for (int number = 0; number < 60; number++) {
            reject(file, "stream", "not JSON");
        }

        assertThat(list("").path("rejected")).hasSize(50);
        assertThat(list("").path("total").asInt()).isEqualTo(64);
    }

    @Test
    void showsTheNewestOfAllComponents() throws Exception {
        try (RejectFile older = new RejectFile(folder.resolve("other"), 1 << 20, clock)) {
            clock.set(NOON.minus(Duration.ofHours(1)));
            refuse(older, "files", "old1", "400 too large");
            refuse(older, "files", "old2", "400 too large");
            clock.set(NOON.plusSeconds(90));
            refuse(older, "files", "between", "400 too large");

            assertThat(list(List.of(file, older), "limit=3").path("rejected").findValuesAsText("eventId"))
                    .containsExactly("between", "", "e3");
            JsonNode all = list(List.of(older, file), "");
            assertThat(all.path("rejected").findValuesAsText("eventId"))
                    .containsExactly("old1", "old2", "e1", "e2", "between", "", "e3");
            assertThat(all.path("total").asInt()).isEqualTo(7);
        }
    }

    @Test
    void leavesOutWhatWasSentAgainUnlessAllAreAskedFor() throws Exception {
        List<Rejected> found = new ArrayList<>();
        file.scan(RejectQuery.OPEN, found::add);
        file.settle(found.get(0), "delivered");

        assertThat(list("subscriber=files").path("rejected").findValuesAsText("eventId"))
                .containsExactly("e3");
        JsonNode all = list("subscriber=files&all=true");
        assertThat(all.path("rejected").findValuesAsText("eventId")).containsExactly("e1", "e3");
        assertThat(all.at("/rejected/0/settled").asText()).isEqualTo("delivered");
    }

    @Test
    void ofNothingIsEmpty() throws Exception {
        assertThat(list(List.of(), "").toString()).isEqualTo("{\"total\":0,\"rejected\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=ten", "limit=", "from=yesterday", "to=2026-11-26"})
    void saysWhatIsWrongWithAQuestion(String query) {
        assertThatThrownBy(() -> list(query)).isInstanceOfSatisfying(HttpProblem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.getMessage()).containsPattern("is not a whole number|must be times such as");
        });
    }
}
