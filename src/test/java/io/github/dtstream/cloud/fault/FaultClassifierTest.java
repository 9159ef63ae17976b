package io.github.dtstream.cloud.fault;

import static io.github.dtstream.cloud.fault.FaultKind.ENDED;
import static io.github.dtstream.cloud.fault.FaultKind.TRANSIENT;
import static io.github.dtstream.cloud.fault.FaultKind.WEATHER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.http.HttpAnswer;
import io.github.dtstream.wire.Signal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultClassifierTest {
    private static final ConnectionLife AN_HOUR = new ConnectionLife(Duration.ofHours(1), true);
    private static final ConnectionLife A_MOMENT = new ConnectionLife(Duration.ofMillis(4999), true);
    private static final ConnectionLife WITHOUT_A_WORD = new ConnectionLife(Duration.ofHours(1), false);

    private final FaultClassifier faults = new FaultClassifier(Clock.systemUTC());

    @ParameterizedTest
    @CsvSource({
        "0, ENDED, 0",
        "1, ENDED, 0",
        "4, ENDED, 0",
        "408, ENDED, 0",
        "499, ENDED, 0",
        "504, ENDED, 0",
        "2, TRANSIENT, 1",
        "13, TRANSIENT, 1",
        "15, TRANSIENT, 1",
        "500, TRANSIENT, 1",
        "14, TRANSIENT, 1",
        "503, TRANSIENT, 1",
        "8, TRANSIENT, 5",
        "429, TRANSIENT, 5",
        "6, TRANSIENT, 0",
        "10, TRANSIENT, 0",
        "-1, TRANSIENT, 0",
        "17, TRANSIENT, 0",
        "99, TRANSIENT, 0",
        "16, CREDENTIALS, 0",
        "401, CREDENTIALS, 0",
        "3, PERMANENT, 0",
        "9, PERMANENT, 0",
        "11, PERMANENT, 0",
        "400, PERMANENT, 0",
        "5, PERMANENT, 0",
        "404, PERMANENT, 0",
        "7, PERMANENT, 0",
        "403, PERMANENT, 0",
        "12, PERMANENT, 0",
        "501, PERMANENT, 0"
    })
    void judgesTheCodesOfBothKinds(int code, FaultKind kind, long seconds) {
        Fault fault = faults.ofStreamError(new Signal.StreamError(code, ""), AN_HOUR, "p1");
        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.minimumDelay()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "408, 0", "499, 0", "4, 10", "504, 10"})
    void doesNotTakeAnEndForTheExpectedOneThatComesTooSoon(int code, long seconds) {
        for (ConnectionLife life : new ConnectionLife[] {A_MOMENT, WITHOUT_A_WORD}) {
            Fault fault = faults.ofStreamError(new Signal.StreamError(code, "closing"), life, "p1");
            assertThat(fault.kind()).isEqualTo(TRANSIENT);
            assertThat(fault.minimumDelay()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void judgesAnEndWithoutAWordByTheLifeOfTheConnection() {
        assertThat(faults.ofEndOfBody(AN_HOUR).kind()).isEqualTo(ENDED);
        assertThat(faults.ofEndOfBody(A_MOMENT).kind()).isEqualTo(TRANSIENT);
        assertThat(faults.ofEndOfBody(WITHOUT_A_WORD).kind()).isEqualTo(TRANSIENT);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void takesAllFailuresOfTheNetworkForTransientAndExplainsThem(Throwable failure, String explanation) {
        Fault fault = faults.ofThrowable(failure, "the stream");
        assertThat(fault.kind()).isEqualTo(TRANSIENT);
        assertThat(fault.summary()).contains(explanation);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new UnknownHostException("api.example.com"), "DNS"),
                Arguments.of(new ConnectException("Connection refused"), "Connection refused"),
                Arguments.of(new SSLHandshakeException("certificate expired"), "certificate"),
                Arguments.of(new SocketTimeoutException("Read timed out"), "nothing was received"),
                Arguments.of(new ConnectionClosedException("Premature end"), "cut"),
                Arguments.of(new SocketException("Connection reset"), "Connection reset"),
                Arguments.of(new IOException((String) null), "IOException"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"not found\",\"code\":404,\"help\":\"\"} | not found",
                "{\"error\":{\"code\":404,\"message\":\"no such project\"}} | no such project",
                "{\"error\":{\"grpcCode\":5,\"httpCode\":404,\"message\":\"gone\"}} | gone"
            })
    void tellsWhatTheCloudSaidInAllThreeShapes(String body, String said) {
        assertThat(answered(404, body).summary())
                .contains("correct the endpoint's project")
                .endsWith(said);
    }

    @Test
    void keepsForeignTextOnOneShortLine() {
        String summary = answered(400, "{\"error\":\"a\\nb" + "x".repeat(5000) + "\",\"code\":400}")
                .summary();
        assertThat(summary).hasSizeLessThan(600).contains("a bx").doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "400, PERMANENT",
        "401, CREDENTIALS",
        "403, PERMANENT",
        "404, PERMANENT",
        "410, PERMANENT",
        "425, TRANSIENT",
        "505, PERMANENT",
        "520, TRANSIENT"
    })
    void takesTheCloudsOwnWordForItWhateverItIs(int status, FaultKind kind) {
        assertThat(answered(status, "{\"error\":\"x\",\"code\":%d}".formatted(status))
                        .kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"message\":\"Forbidden\"}",
                "{\"error\":\"blocked by policy\"}",
                "<html><title>Sign in</title></html>",
                "{\"error\":\"cut sho"
            })
    void takesNoStatusForFinalThatTheCloudDidNotGive(String body) {
        for (int status : new int[] {302, 400, 401, 403, 404, 405, 407, 451, 501, 502, 503}) {
            assertThat(answered(status, body).kind()).as(status + " " + body).isEqualTo(WEATHER);
            assertThat(answered(status, body).mayPass()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/plain; charset=utf-8", "application/problem+xml"})
    void doesNotTakeJsonOfAForeignTypeForTheClouds(String type) {
        HttpAnswer answer = new HttpAnswer(
                404, Map.of("content-type", type), "{\"error\":\"x\",\"code\":404}".getBytes(UTF_8), false);
        assertThat(faults.ofAnswer(answer, FaultClassifier.Target.stream("p1")).kind())
                .isEqualTo(WEATHER);
    }

    @Test
    void saysWhatAnsweredInTheCloudsPlace() {
        HttpAnswer page = new HttpAnswer(
                403,
                Map.of("content-type", "text/html; charset=utf-8"),
                "<html><head><TITLE>\n Sign in </TITLE>".getBytes(UTF_8),
                false);
        assertThat(faults.weather(page, "a stream").summary())
                .contains("answered by something in between: 403 text/html, title 'Sign in'");
        HttpAnswer proxy = new HttpAnswer(407, Map.of("proxy-authenticate", "NTLM"), new byte[0], false);
        assertThat(faults.weather(proxy, "a stream").summary()).contains("407", "NTLM, which this program cannot do");
        HttpAnswer redirect =
                new HttpAnswer(302, Map.of("location", "https://wlan.example/?token=abc"), new byte[0], false);
        assertThat(faults.weather(redirect, "a stream").summary())
                .contains("a redirect to https://wlan.example/")
                .doesNotContain("abc");
    }

    @Test
    void letsWhatIsNotTheCloudAskForNoMoreThanAMinute() {
        HttpAnswer answer = new HttpAnswer(503, Map.of("retry-after", "3600"), new byte[0], false);
        assertThat(faults.weather(answer, "a stream").minimumDelay()).isEqualTo(Duration.ofMinutes(1));
    }

    private Fault answered(int status, String body) {
        HttpAnswer answer = new HttpAnswer(status, Map.of(), body.getBytes(UTF_8), false);
        return faults.ofAnswer(answer, FaultClassifier.Target.stream("p1"));
    }
}
