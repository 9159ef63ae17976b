package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GapFileTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
    private static final FillProgress PROGRESS = new FillProgress(
            TEN.plusSeconds(1),
            true,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            List.of("gone (in project q)"),
            List.of("unread"),
            List.of("unread: 500"),
            TEN.plusSeconds(9));

    private static final String OPEN = """
            {"version": 1, "nextId": 4, "gaps": [
              {"id": 3, "state": "open", "from": "2026-03-01T10:00:00Z", "to": null, "reason": "reset", "interruptions": 2}
            ]}
            """;

    private static GapFile.Content read(String text) throws IOException {
        return GapFile.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Gap again(Gap gap) throws IOException {
        return GapFile.read(GapFile.write(new GapFile.Content(9, List.of(gap))))
                .gaps()
                .get(0);
    }

    @Test
    void readsBackAllThatItWrote() throws IOException {
        Gap open = Gap.open(3, TEN, "reset");
        Gap filling = Gap.open(4, TEN, "reset").resumed(TEN.plusSeconds(60)).filling(PROGRESS, TEN.plusSeconds(70));
        Gap closed = filling.closed(PROGRESS, TEN.plusSeconds(80));
        Gap unfillable = filling.unfillable("history does not reach so far", FillProgress.NONE, TEN.plusSeconds(80));

        assertThat(GapFile.read(GapFile.write(new GapFile.Content(9, List.of(open, filling, closed, unfillable)))))
                .isEqualTo(new GapFile.Content(9, List.of(open, filling, closed, unfillable)));
    }

    @Test
    void tellsTheFirstPassFromTheLast() throws IOException {
        FillProgress first = FillProgress.NONE.firstPass(TEN, 3);
        Gap gap = Gap.open(3, TEN, "reset").resumed(TEN.plusSeconds(60));

        assertThat(again(gap.filling(first, TEN)).progress().lastPass()).isFalse();
        assertThat(again(gap.filling(first.lastPass(3), TEN)).progress().lastPass())
                .isTrue();
    }

    @Test
    void isReadByPeopleAndHoldsNothingThatSaysNothing() throws IOException {
        String text = new String(
                GapFile.write(new GapFile.Content(4, List.of(Gap.open(3, TEN, "reset")))), StandardCharsets.UTF_8);

        assertThat(text.lines()).hasSizeGreaterThan(10);
        JsonNode gap = new ObjectMapper().readTree(text).at("/gaps/0");
        assertThat(gap.at("/state").asText()).isEqualTo("open");
        assertThat(gap.at("/from").asText()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(gap.has("progress")).isFalse();
        assertThat(gap.has("unfillable")).isFalse();
        assertThat(gap.has("endsNotBefore")).isFalse();
    }

    @Test
    void leavesOutListsThatAreEmpty() throws IOException {
        Gap filling = Gap.open(3, TEN, "reset").resumed(TEN).filling(FillProgress.NONE.firstPass(TEN, 3), TEN);
        byte[] json = GapFile.write(new GapFile.Content(4, List.of(filling)));

        JsonNode progress = new ObjectMapper().readTree(json).at("/gaps/0/progress");
        assertThat(progress.at("/devicesTotal").asInt()).isEqualTo(3);
        assertThat(progress.has("gone")).isFalse();
        assertThat(progress.has("unread")).isFalse();
        assertThat(progress.has("reasons")).isFalse();
    }

    @Test
    void readsWhatHasOnlyTheFieldsThatMatter() throws IOException {
        GapFile.Content content = read(OPEN);

        assertThat(content.nextId()).isEqualTo(4);
        assertThat(content.gaps())
                .containsExactly(
                        new Gap(3, TEN, null, null, "reset", 2, Gap.State.OPEN, FillProgress.NONE, null, null, null));
    }

    @Test
    void takesTheDevicesOfReleasesBeforeThatPostponedThemOrWereRefused() throws IOException {
        FillProgress progress = read("""
                {"version": 1, "nextId": 4, "gaps": [
                  {"id": 3, "state": "filling", "from": "2026-03-01T10:00:00Z", "reason": "reset", "interruptions": 1,
                   "progress": {"pass": "first", "devicesDone": 1, "devicesTotal": 4, "devicesEarly": 0, "eventsFound": 0,
                     "eventsNew": 0, "eventsInvalid": 0, "devicesGone": 0,
                     "unread": ["a"], "postponed": ["b", "a"], "refused": ["c: 403: no permission"]}}
                ]}
                """).gaps().get(0).progress();

        assertThat(progress.unread()).containsExactly("a", "b", "c");
        assertThat(progress.lastPass()).isFalse();
        assertThat(progress.passStarted()).isNull();
    }

    @Test
    void saysOfAnotherVersionWhichOneItKnows() {
        assertThatThrownBy(() -> read(OPEN.replace("\"version\": 1", "\"version\": 2")))
                .isInstanceOf(IOException.class)
                .hasMessage("it is of version 2; this program knows version 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "nextId", "gaps", "id", "state", "from", "reason", "interruptions"})
    void saysWhichFieldIsMissing(String field) {
        assertThatThrownBy(() -> read(OPEN.replace("\"" + field + "\"", "\"other\"")))
                .isInstanceOf(IOException.class)
                .hasMessage("the field " + field + " is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"open\"|\"ajar\"",
                "2026-03-01T10:00:00Z|yesterday",
                "\"to\": null|\"to\": \"2026-01-01T00:00:00Z\""
            })
    void whatMakesNoSenseIsDamageAndNoCrash(String replacement) {
        String[] parts = replacement.split("\\|");
        assertThatThrownBy(() -> read(OPEN.replace(parts[0], parts[1])))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(RuntimeException.class);
    }

    @Test
    void whatIsNoJsonIsDamage() {
        assertThatThrownBy(() -> read("{\"version\":")).isInstanceOf(IOException.class);
    }
}
