package io.github.dtstream.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.api.Device;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageReaderTest {
    private final MessageReader reader = new MessageReader("p1", 1000);

    static String event(String id) {
        return "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/p1/devices/d1\",\"eventType\":\"touch\","
                + "\"data\":{\"touch\":{}},\"timestamp\":\"2026-05-29T10:00:00Z\"}";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<PushedEvent> read(String... texts) throws MessageRefusedException {
        return reader.read(Arrays.stream(texts).map(MessageReaderTest::bytes).toList());
    }

    private List<String> ids(String... texts) throws MessageRefusedException {
        return read(texts).stream().map(one -> one.event().eventId()).toList();
    }

    @Test
    void takesOneEventLinesAnArrayAndAList() throws Exception {
        assertThat(ids(event("e1"))).containsExactly("e1");
        assertThat(ids("\uFEFF" + event("e1") + "\n\r\n " + event("e2") + "\n")).containsExactly("e1", "e2");
        assertThat(ids("[" + event("e1") + ",\n" + event("e2") + "]")).containsExactly("e1", "e2");
        assertThat(ids(event("e1"), "[" + event("e2") + "]", event("e3"))).containsExactly("e1", "e2", "e3");
        assertThat(ids("[]")).isEmpty();
        assertThat(read()).isEmpty();
    }

    @Test
    void takesAnEventOutOfWhatIsAroundIt() throws Exception {
        assertThat(ids("{\"event\":" + event("e1") + "}\n{\"result\":{\"event\":" + event("e2") + "}}"))
                .containsExactly("e1", "e2");
        assertThat(ids("{\"crc\":\"1a2b3c4d\",\"sequence\":1,\"received\":\"2026-05-29T10:00:00.000000Z\","
                        + "\"source\":\"live\",\"event\":" + event("e3") + "}"))
                .containsExactly("e3");
    }

    @Test
    void keepsAnEventByteForByteButForItsLineBreaks() throws Exception {
        String odd = event("e1").replace("{}", "{ \"value\" : 1.50,\n\"unit\":\"\u00b0C\"}");
        assertThat(read("{\"labels\":{},\n \"event\": " + odd + " }")
                        .get(0)
                        .event()
                        .toString())
                .isEqualTo(odd.replace('\n', ' '));
    }

    @Test
    void readsWhatADataConnectorSaysOfTheDevice() throws Exception {
        Device device = read("{\"event\":" + event("e1")
                        + ",\"labels\":{\"name\":\"Freezer \\\"3\\\"\",\"odd\":7},\"metadata\":{\"deviceId\":\"d1\","
                        + "\"projectId\":\"p1\",\"deviceType\":\"touch\",\"productNumber\":\"102058\"}}")
                .get(0)
                .device();
        assertThat(device).isEqualTo(new Device("d1", "touch", "102058", Map.of("name", "Freezer \"3\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}",
                "{\"deviceId\":\"d2\",\"deviceType\":\"touch\"}",
                "{\"deviceId\":\"d1\",\"deviceType\":\"\"}",
                "[1]"
            })
    void doesNotBelieveMetadataThatIsOfAnotherDeviceOrSaysNothing(String metadata) throws Exception {
        assertThat(read("{\"event\":" + event("e1") + ",\"metadata\":" + metadata + "}")
                        .get(0)
                        .device())
                .isNull();
    }

    @Test
    void leavesPingsOut() throws Exception {
        String ping = event("k1").replace("/devices/d1", "").replace("touch", "ping");
        assertThat(ids(ping + "\n" + event("e1"))).containsExactly("e1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^ | it is empty",
                "^ ^ | it is empty",
                "hello | it is not JSON in UTF-8 that begins with { or [",
                "{} | it is no event: eventId is missing or no string",
                "{\"event\":7} | it is no event: eventId is missing or no string",
                "[ | it is not JSON at byte ",
                "{ | it is not JSON at byte ",
                "[7] | element 1 (line 1) is not a JSON object",
                "{\"eventId\" | it is not JSON at byte 10 (line 1): Unexpected end-of-input",
                "[{},{}] | element 1 (line 1) is no event: eventId is missing or no string",
            })
    void saysWhatIsWrongAndWhere(String text, String reason) {
        assertThatThrownBy(() -> read(Objects.requireNonNullElse(text, "")))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageStartingWith("the message is refused as a whole: " + reason);
    }

    @Test
    void refusesAllOfAMessageWithOneBadEvent() {
        assertThatThrownBy(() -> read(event("e1") + "\n" + event("e2") + "\n" + event("e/3")))
                .hasMessage("the message is refused as a whole: object 3 (line 3) is no event: eventId has a character"
                        + " outside A-Z, a-z, 0-9, _ and -");
        assertThatThrownBy(() -> read(event("e1"), event("e2") + "x"))
                .hasMessageStartingWith(
                        "the message is refused as a whole: item 2 of the list: it is not JSON at byte ");
    }

    @Test
    void refusesEventsOfAnotherProject() {
        assertThatThrownBy(() -> read("[" + event("e1") + "," + event("e2").replace("p1", "p2") + "]"))
                .hasMessage("the message is refused as a whole: element 2 (line 1) is of the project p2, and this"
                        + " appends to p1: send it to dt-stream:p2");
    }

    @Test
    void refusesWhatTheStreamWouldRefuse() {
        assertThatThrownBy(() -> read(event("e1").replace("{}", "\"" + "x".repeat(1000) + "\"")))
                .hasMessageContaining("it has 1")
                .hasMessageContaining("more than maxEventSize, which is 1000");
        assertThatThrownBy(() -> read(event("e1").replace("{}", "[".repeat(63) + "]".repeat(63))))
                .hasMessageContaining("nested deeper than 64 levels");
        assertThatThrownBy(() -> read(event("e1").replace("{}", "[".repeat(70) + "]".repeat(70))))
                .hasMessageContaining("the message is refused as a whole: it has more than a parser bears");
        byte[] latin = event("e1").replace("{}", "\"\u00e4\"").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> reader.read(List.of(latin))).isInstanceOf(MessageRefusedException.class);
    }

    @Test
    void isAsGoodAsNewAfterARefusal() throws Exception {
        assertThatThrownBy(() -> read(event("e1") + "{\"eventId\":")).isInstanceOf(MessageRefusedException.class);
        assertThat(ids(event("e2"))).containsExactly("e2");
    }

    @Test
    void saysOfAnotherEncodingThatItIsNone() {
        byte[] wide = event("e1").getBytes(StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> reader.read(List.of(wide)))
                .hasMessage("the message is refused as a whole: it is not JSON in UTF-8 that begins with { or [");
    }

    @Test
    void takesAnEventOfJustTheLargestSizeAndOneThatNamesAnEventOfItsOwn() throws Exception {
        String largest = event("e1")
                .replace("{}", "\"" + "x".repeat(1000 + 2 - 2 - event("e1").length()) + "\"");
        assertThat(largest).hasSize(1000);
        assertThat(ids(largest)).containsExactly("e1");
        String inner = event("e2").replace("\"timestamp\"", "\"event\":{\"eventId\":\"inner\"},\"timestamp\"");
        assertThat(ids(inner)).containsExactly("e2");
    }
}
