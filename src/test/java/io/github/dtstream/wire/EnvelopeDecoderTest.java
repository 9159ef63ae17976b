package io.github.dtstream.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeDecoderTest {
    private static final String TOUCH =
            "{\"eventId\":\"c82gg9catj3vmh4248og\",\"targetName\":\"projects/p1/devices/d1\","
                    + "\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":\"2022-02-10T12:42:13.313949Z\"}},"
                    + "\"timestamp\":\"2022-02-10T12:42:13.313949Z\"}";
    private static final String PING = "{\"result\":{\"event\":{\"eventId\":\"c18tihhh9sn7fi2hur50\","
            + "\"targetName\":\"projects/c14u9p094l47ccv1o3p9\",\"eventType\":\"ping\",\"data\":null,"
            + "\"timestamp\":\"2021-04-21T07:50:30.604786Z\"}}}";

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    static Stream<String> fixtures() throws IOException {
        try (InputStream events = EnvelopeDecoderTest.class.getResourceAsStream("events.ndjson")) {
            return new String(events.readAllBytes(), UTF_8).lines().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void keepsEveryKnownEventByteForByte(String json) throws InvalidRecordException {
        Event live = received("{\"result\":{\"event\":" + json + "}}");
        Event history = event(json);

        assertThat(live.toString()).isEqualTo(json);
        assertThat(history.toString()).isEqualTo(json);
        assertThat(json)
                .contains("\"eventId\":\"" + live.eventId() + "\"", "\"timestamp\":\"" + live.timestamp() + "\"");
        assertThat(json).contains("\"projects/" + live.projectId() + "/devices/" + live.deviceId() + "\"");
        assertThat(json).contains("\"eventType\":\"" + live.eventType() + "\"");
        String dataKey = live.eventType().equals("labelsChanged") ? "data" : live.eventType();
        assertThat(json).contains("\"" + dataKey + "\":" + live.data() + (dataKey.equals("data") ? "," : "}"));
    }

    @Test
    void knowsAFixtureOfEveryKnownType() throws Exception {
        TreeSet<String> types = new TreeSet<>();
        for (String json : fixtures().toList()) {
            types.add(event(json).eventType());
        }

        assertThat(types).isEqualTo(new TreeSet<>(EventTypes.known()));
    }

    @Test
    void readsAPing() {
        Event ping = received(PING);

        assertThat(ping.isPing()).isTrue();
        assertThat(ping.projectId()).isEqualTo("c14u9p094l47ccv1o3p9");
        assertThat(ping.deviceId()).isNull();
        assertThat(ping.data()).isEqualTo("null");
    }

    @Test
    void addsTheDataThatAWriterLeftOut() throws InvalidRecordException {
        Event ping = event("{\"eventId\":\"e\",\"targetName\":\"projects/p\",\"eventType\":\"ping\","
                + "\"timestamp\":\"2021-04-21T07:50:30Z\" }");

        assertThat(ping.toString()).endsWith("\"2021-04-21T07:50:30Z\" ,\"data\":null}");
        assertThat(ping.data()).isEqualTo("null");
        assertThat(event(ping.toString()).toString()).isEqualTo(ping.toString());
    }

    static Stream<Arguments> dataValues() {
        return Stream.of(
                Arguments.of("{\"t\":{\"a\":[1,{}]}}", "{\"a\":[1,{}]}"),
                Arguments.of("{ \"other\" : {} , \"t\" : { \"a\" : 1 } , \"more\" : 2 }", "{ \"a\" : 1 }"),
                Arguments.of("{\"t\":1,\"t\":{\"last\":true}}", "{\"last\":true}"),
                Arguments.of("{\"t\":\"te\\\"xt\" }", "\"te\\\"xt\""),
                Arguments.of("{\"t\":\"æ€😀\",\"x\":1}", "\"æ€😀\""),
                Arguments.of("{\"t\":-12.5e3 }", "-12.5e3"),
                Arguments.of("{\"t\":0}", "0"),
                Arguments.of("{\"t\":true}", "true"),
                Arguments.of("{\"t\": null }", "null"),
                Arguments.of("{\"t\":[]}", "[]"),
                Arguments.of("{\"\\u0074\":{}}", "{}"),
                Arguments.of("{\"added\":{},\"removed\":[\"t\"]}", "{\"added\":{},\"removed\":[\"t\"]}"),
                Arguments.of("{\"x\":{\"t\":1}}", "{\"x\":{\"t\":1}}"),
                Arguments.of("{}", "{}"),
                Arguments.of("[1, 2]", "[1, 2]"),
                Arguments.of("\"text\"", "\"text\""),
                Arguments.of("12", "12"),
                Arguments.of(
                        "{" + "\"k\":0,".repeat(40) + "\"t\":{\"many\":1}" + ",\"z\":0".repeat(40) + "}",
                        "{\"many\":1}"));
    }

    @ParameterizedTest
    @MethodSource("dataValues")
    void pointsToTheTypesOwnDataOrToAllOfIt(String data, String own) throws InvalidRecordException {
        String head = "\"eventId\":\"e\",\"targetName\":\"projects/p/devices/d\"";
        String tail = "\"timestamp\":\"2022-02-10T12:42:13Z\"";

        assertThat(event("{" + head + ",\"eventType\":\"t\",\"data\":" + data + "," + tail + "}")
                        .data())
                .isEqualTo(own);
        assertThat(event("{\"data\": " + data + " ," + tail + "," + head + ",\"eventType\":\"t\"}")
                        .data())
                .isEqualTo(own);
        assertThat(received("{\"result\":{\"event\":{" + head + "," + tail + ",\"data\":" + data
                                + ",\"eventType\":\"t\"}}}")
                        .data())
                .isEqualTo(own);
    }

    @Test
    void toleratesUnknownKeysAtEveryLevel() {
        String json = TOUCH.replace("{\"eventId\"", "{\"x\":[{\"eventId\":1}],\"eventId\"");

        Event event =
                received("{\"a\":{\"result\":0},\"result\":{\"b\":[1],\"event\":" + json + ",\"c\":{}},\"d\":null}");

        assertThat(event.toString()).isEqualTo(json);
    }

    @Test
    void letsTheLastOfDuplicateKeysCount() throws InvalidRecordException {
        Event event = event(
                "{\"eventId\":1,\"eventId\":\"first\",\"eventId\":\"last\",\"data\":{\"b\":1},\"eventType\":\"a\","
                        + "\"eventType\":\"b\","
                        + "\"targetName\":\"x\",\"targetName\":\"projects/p\",\"data\":{\"a\":2,\"b\":3},"
                        + "\"timestamp\":null,\"timestamp\":\"2022-02-10T12:42:13Z\"}");

        assertThat(event.eventId()).isEqualTo("last");
        assertThat(event.eventType()).isEqualTo("b");
        assertThat(event.data()).isEqualTo("3");
        assertThat(received("{\"result\":{\"event\":{}},\"result\":{\"event\":7,\"event\":" + TOUCH + "}}")
                        .toString())
                .isEqualTo(TOUCH);
        assertThat(decode("{\"result\":{\"event\":" + TOUCH + "},\"result\":{}}"))
                .isInstanceOf(Signal.Invalid.class);
    }

    @Test
    void putsAnEventOfManyLinesOnOne() {
        String lines = TOUCH.replace(",\"data\"", ",\r\n\t\"data\"").replace("{\"touch\"", "{\n\"touch\"");

        Event event = received(" {\n\"result\"\r:\n{\"event\":" + lines + "\n}\n}\r\n ");

        assertThat(event.toString()).isEqualTo(lines.replace('\r', ' ').replace('\n', ' '));
        assertThat(event.data()).isEqualTo("{\"updateTime\":\"2022-02-10T12:42:13.313949Z\"}");
    }

    @Test
    void readsFromTheMiddleOfABuffer() throws InvalidRecordException {
        byte[] buffer = ("{}æ garbage\n" + TOUCH + "\u00e6}}}").getBytes(UTF_8);

        Event event = decoder.decodeEvent(buffer, 13, TOUCH.length());

        assertThat(event.toString()).isEqualTo(TOUCH);
        assertThat(event.data()).isEqualTo("{\"updateTime\":\"2022-02-10T12:42:13.313949Z\"}");
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(
                        "{\"error\":{\"code\":400,\"message\":\"bad request\",\"details\":[{\"help\":\"h\"}]}}",
                        400,
                        "bad request"),
                Arguments.of("{\"error\":{\"code\":4,\"message\":\"deadline\"}}", 4, "deadline"),
                Arguments.of("{\"error\":{\"code\":0}}", 0, ""),
                Arguments.of(
                        "{\"error\":{\"grpcCode\":1,\"httpCode\":408,\"message\":\"closing stream\","
                                + "\"httpStatus\":\"T\",\"details\":[]}}",
                        408,
                        "closing stream"),
                Arguments.of("{\"error\":{\"grpcCode\":14,\"message\":\"m\"}}", 14, "m"),
                Arguments.of("{\"error\":\"unauthorized\",\"code\":401,\"help\":\"https://x\"}", 401, "unauthorized"),
                Arguments.of("{\"code\":404,\"error\":\"not found\"}", 404, "not found"),
                Arguments.of("{\"error\":\"e\"}", -1, "e"),
                Arguments.of("{\"error\":{}}", -1, ""),
                Arguments.of("{\"error\":[{\"code\":1}]}", -1, ""),
                Arguments.of("{\"error\":true}", -1, "true"),
                Arguments.of("{\"result\":null,\"error\":{\"code\":\"503\",\"message\":{\"x\":1}}}", 503, ""),
                Arguments.of("{\"error\":{\"code\":99999999999999,\"message\":null}}", -1, ""),
                Arguments.of("{\"error\":{\"code\":1.5,\"message\":7}}", -1, ""),
                Arguments.of("{\"error\":{\"code\":-3}}", -1, ""),
                Arguments.of("{\"error\":{\"message\":\"a\\nb\\u0007c\"}}", -1, "a b c"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void readsErrorsOfEveryShape(String json, int code, String message) {
        assertThat(decode(json)).isEqualTo(new Signal.StreamError(code, message));
    }

    @Test
    void letsAnEventCountBesideAnError() {
        assertThat(received("{\"error\":null,\"result\":{\"event\":" + TOUCH + "}}")
                        .toString())
                .isEqualTo(TOUCH);
        assertThat(received("{\"error\":{\"code\":1},\"result\":{\"event\":" + TOUCH + "}}")
                        .toString())
                .isEqualTo(TOUCH);
    }

    static Stream<Arguments> badFields() {
        return Stream.of(
                bad("c82gg9catj3vmh4248og", "", "eventId is empty"),
                bad("c82gg9catj3vmh4248og", "a".repeat(129), "eventId is longer"),
                bad("c82gg9catj3vmh4248og", "../../etc", "eventId has a character"),
                bad("c82gg9catj3vmh4248og", "a\\u0000", "eventId has a character"),
                bad("c82gg9catj3vmh4248og", "a\\nb", "eventId has a character"),
                bad("c82gg9catj3vmh4248og", "é", "eventId has a character"),
                bad("c82gg9catj3vmh4248og", "\\ud83d\\ude00", "eventId has a character"),
                bad("\"c82gg9catj3vmh4248og\"", "null", "eventId is missing or no string"),
                bad("\"c82gg9catj3vmh4248og\"", "{\"a\":[1]}", "eventId is missing or no string"),
                bad("\"eventId\"", "\"id\"", "eventId is missing or no string"),
                bad("\"touch\",", "\"#\",", "eventType has a character"),
                bad("\"touch\",", "\"a/+/b\",", "eventType has a character"),
                bad("\"touch\",", "\"${body}\",", "eventType has a character"),
                bad("\"touch\",", "17,", "eventType is missing or no string"),
                bad("projects/p1/devices/d1", "", "targetName is neither"),
                bad("projects/p1/devices/d1", "/projects/p1", "targetName is neither"),
                bad("projects/p1/devices/d1", "projects", "targetName is neither"),
                bad("projects/p1/devices/d1", "project/p1", "targetName is neither"),
                bad("projects/p1/devices/d1", "projects/p1/", "targetName is neither"),
                bad("projects/p1/devices/d1", "projects/p1/units/d1", "targetName is neither"),
                bad("projects/p1/devices/d1", "projects/p1/devices", "targetName is neither"),
                bad("projects/p1/devices/d1", "projects/", "the project in targetName is empty"),
                bad("projects/p1/devices/d1", "projects//devices/d1", "the project in targetName is empty"),
                bad("projects/p1/devices/d1", "projects/../devices/d1", "the project in targetName has"),
                bad("projects/p1/devices/d1", "projects/p1/devices/", "the device in targetName is empty"),
                bad("projects/p1/devices/d1", "projects/p1/devices/d1/x", "the device in targetName has"),
                bad("projects/p1/devices/d1", "projects/p1/devices/..", "the device in targetName has"),
                bad(
                        "projects/p1/devices/d1",
                        "projects/p1/devices/" + "d".repeat(129),
                        "the device in targetName is longer"),
                bad("\"timestamp\":\"2022-02-10T12:42:13.313949Z\"", "\"t\":0", "timestamp is missing"),
                bad("\"timestamp\":\"2022-02-10T12:42:13.313949Z\"", "\"timestamp\":\"\"", "timestamp is no RFC 3339"),
                bad(
                        "\"timestamp\":\"2022-02-10T12:42:13.313949Z\"",
                        "\"timestamp\":\"2022-02-10T12:42:13\"",
                        "timestamp is no"));
    }

    private static Arguments bad(String from, String to, String reason) {
        assertThat(TOUCH).contains(from);
        return Arguments.of(TOUCH.replace(from, to), reason);
    }

    @ParameterizedTest
    @MethodSource("badFields")
    void refusesAnEventWithABadField(String json, String reason) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> event(json))
                .withMessageStartingWith(reason);
        assertThat(decode("{\"result\":{\"event\":" + json + "}}"))
                .isInstanceOfSatisfying(
                        Signal.Invalid.class,
                        invalid -> assertThat(invalid.reason()).startsWith(reason));
    }

    static Stream<String> poison() {
        String envelope = "{\"result\":{\"event\":" + TOUCH + "}}";
        return Stream.of(
                "",
                " ",
                "null",
                "true",
                "42",
                "\"text\"",
                "[]",
                "[" + envelope + "]",
                "{",
                "}",
                "{]",
                "{}",
                "{\"result\":{}}",
                "{\"result\":[]}",
                "{\"result\":null}",
                "{\"result\":{\"event\":null}}",
                "{\"result\":{\"event\":[]}}",
                "{\"error\":null}",
                "{\"event\":" + TOUCH + "}",
                TOUCH,
                envelope + "}",
                envelope + "{}",
                envelope + " x",
                envelope + envelope,
                envelope.substring(0, envelope.length() - 1),
                "\uFEFF" + envelope,
                "{\"a\":1,}",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":'b'}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":0x10}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "{\"a\":True}",
                "{\"a\":[1,]}",
                "{\"a\":[,1]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\\"}",
                "{\"a\":\"tab\there\"}",
                "{\"a\":\"line\nbreak\"}",
                "{\"a\":\"nul\u0000\"}",
                "{\"a\":1}/* */",
                "{\"a\":1}//",
                "# {}",
                "{\"a\":1}\u0000",
                "{\u0000}",
                "\u0000{}",
                "{\"a\":" + "9".repeat(2000) + "}",
                "<html>502 Bad Gateway</html>",
                "data: {}");
    }

    @ParameterizedTest
    @MethodSource("poison")
    void setsAPoisonousRecordAsideAndItsNeighboursSurvive(String record) {
        assertThat(received(PING).isPing()).isTrue();

        assertThat(decode(record)).isInstanceOfSatisfying(Signal.Invalid.class, this::isOneShortSentence);

        assertThat(received("{\"result\":{\"event\":" + TOUCH + "}}").toString())
                .isEqualTo(TOUCH);
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[][] illFormed = {
            {(byte) 0x80},
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xC3},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xE2, (byte) 0x82},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xFF}
        };
        for (byte[] bytes : illFormed) {
            byte[] record =
                    joined("{\"result\":{\"event\":{\"x\":{\"y\":\"", bytes, "\"}," + TOUCH.substring(1) + "}}");

            assertThat(decoder.decodeRecord(record, 0, record.length)).isEqualTo(new Signal.Invalid("not UTF-8"));
        }
    }

    @Test
    void refusesOtherEncodings() {
        String envelope = "{\"result\":{\"event\":" + TOUCH + "}}";
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
            byte[] record = envelope.getBytes(Charset.forName(charset));

            assertThat(decoder.decodeRecord(record, 0, record.length))
                    .as(charset)
                    .isInstanceOf(Signal.Invalid.class);
        }
    }

    @Test
    void refusesWhatIsNestedTooDeep() throws InvalidRecordException {
        assertThat(event(nested(62)).eventId()).isEqualTo("c82gg9catj3vmh4248og");
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> event(nested(100_000)))
                .withMessageStartingWith("nested deeper than 64 levels");
        assertThat(decode("{\"a\":".repeat(100_000))).isInstanceOf(Signal.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "eventId", "a\\u0000b", "\\ud800", "${env:HOME}", "æ€😀"})
    void toleratesHostileKeys(String key) throws InvalidRecordException {
        String json = TOUCH.replace("{\"touch\"", "{\"" + key + "\":1,\"" + key.repeat(50) + "\":2,\"touch\"");

        assertThat(event(json).toString()).isEqualTo(json);
        assertThat(event(json).data()).isEqualTo("{\"updateTime\":\"2022-02-10T12:42:13.313949Z\"}");
    }

    @Test
    void survivesManyDifferentKeys() throws InvalidRecordException {
        for (int round = 0; round < 50; round++) {
            StringBuilder keys = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                keys.append("\"key").append(round * 1000 + i).append("\":0,");
            }
            Event event = event(TOUCH.replace("{\"touch\"", "{" + keys + "\"touch\""));

            assertThat(event.data()).isEqualTo("{\"updateTime\":\"2022-02-10T12:42:13.313949Z\"}");
        }
    }

    @Test
    void neverThrowsWhateverBytesAreChanged() throws InvalidRecordException {
        byte[] good = ("{\"result\":{\"event\":" + TOUCH + "}}").getBytes(UTF_8);
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] mutant = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutant[random.nextInt(mutant.length)] = mutated(random);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(mutant.length) : mutant.length;

            Signal signal = decoder.decodeRecord(mutant, 0, length);

            if (signal instanceof Signal.Received received) {
                String json = received.event().toString();
                assertThat(json).as("seed %d", seed).doesNotContain("\n", "\r");
                assertThat(event(json).toString()).as("seed %d", seed).isEqualTo(json);
                assertThat(event(json).data())
                        .as("seed %d", seed)
                        .isEqualTo(received.event().data());
            } else if (signal instanceof Signal.Invalid invalid) {
                isOneShortSentence(invalid);
            }
        }
    }

    @Test
    void takesALineAmongOthersAsItTakesItAlone() {
        String good = "{\"result\":{\"event\":" + TOUCH + "}}";
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<byte[]> lines = new ArrayList<>();
            int[] starts = new int[6];
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int i = 0; i < starts.length; i++) {
                byte[] line = good.getBytes(UTF_8);
                for (int change = random.nextInt(4) - 1; change > 0; change--) {
                    line[random.nextInt(line.length)] = mutated(random);
                }
                lines.add(Arrays.copyOf(line, line.length - (random.nextInt(4) == 0 ? random.nextInt(40) : 0)));
                starts[i] = body.size();
                body.writeBytes(lines.get(i));
                body.writeBytes((random.nextBoolean() ? "\n" : " \r\n").getBytes(UTF_8));
            }
            byte[] buffer = body.toByteArray();
            for (int i = 0; i < starts.length; i++) {
                byte[] line = lines.get(i);
                String alone = described(new EnvelopeDecoder().decodeRecord(line, 0, line.length));
                assertThat(described(decoder.decodeRecord(buffer, starts[i], line.length)))
                        .as("seed %d", seed)
                        .isEqualTo(alone);
            }
        }
    }

    private static String described(Signal signal) {
        if (signal instanceof Signal.Received received) {
            Event event = received.event();
            return String.join("|", event.eventId(), event.timestamp(), event.data(), event.toString());
        }
        return signal.toString();
    }

    private static byte mutated(Random random) {
        String telling = "{}[]\",:\\\n\r\t 0-e/u";
        return random.nextBoolean()
                ? (byte) telling.charAt(random.nextInt(telling.length()))
                : (byte) random.nextInt(256);
    }

    private void isOneShortSentence(Signal.Invalid invalid) {
        assertThat(invalid.reason()).isNotBlank().hasSizeLessThan(120).doesNotContain("\n", "\r", "\u0000");
    }

    private static String nested(int levels) {
        String value = "[".repeat(levels) + "]".repeat(levels);
        return TOUCH.replace("\"data\":", "\"deep\":" + value + ",\"data\":");
    }

    private static byte[] joined(String before, byte[] bytes, String after) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(before.getBytes(UTF_8));
        joined.writeBytes(bytes);
        joined.writeBytes(after.getBytes(UTF_8));
        return joined.toByteArray();
    }

    private Event received(String record) {
        Signal signal = decode(record);
        assertThat(signal).isInstanceOf(Signal.Received.class);
        return ((Signal.Received) signal).event();
    }

    private Signal decode(String record) {
        byte[] bytes = record.getBytes(UTF_8);
        return decoder.decodeRecord(bytes, 0, bytes.length);
    }

    private Event event(String json) throws InvalidRecordException {
        byte[] bytes = json.getBytes(UTF_8);
        return decoder.decodeEvent(bytes, 0, bytes.length);
    }
}
