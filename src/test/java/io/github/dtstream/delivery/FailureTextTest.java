package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.CamelSinkFailures;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailureTextTest {
    private static String text(Throwable failure) {
        return FailureText.of(failure, new CamelSinkFailures());
    }

    private static String answered(int status, Map<String, String> headers, String body) {
        return text(new RuntimeCamelException(new HttpOperationFailedException(
                "https://hooks.example.com:8443/services/T0/B0?sig=abc", status, "text", null, headers, body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"code\":\"invalid\",\"message\":\"field type conflict\"} | field type conflict",
                "{\"error\":{\"message\":\"no such topic\",\"status\":\"X\"}} | no such topic",
                "{\"error\":\"invalid_token\",\"error_description\":\"it is old\"} | it is old",
                "{\"type\":\"about:blank\",\"title\":\"Bad\",\"detail\":\"unit is missing\"} | unit is missing",
                "{\"errors\":[{\"message\":\"first\"},{\"message\":\"second\"}]} | first",
                "{\"odd\":1} | {\"odd\":1}",
                "{\"cut | {\"cut",
                "invalid_payload | invalid_payload",
                "<html><head><TITLE>Sign in</TITLE></head></html> | a page with the title 'Sign in'",
            })
    void saysWhatTheServerSays(String body, String words) {
        assertThat(answered(400, Map.of(), body)).isEqualTo("https://hooks.example.com:8443 answered 400: " + words);
    }

    @Test
    void keepsToOneLineOfBoundedLength() {
        assertThat(answered(500, Map.of(), "no space\nleft on\tdevice\u001b[31m"))
                .isEqualTo("https://hooks.example.com:8443 answered 500: no space left on device [31m");
        assertThat(answered(500, Map.of(), "x".repeat(1_000_000))).hasSizeLessThan(400);
        assertThat(text(new IOException("y".repeat(10_000)))).hasSizeLessThan(400);
    }

    @Test
    void saysHowLongTheServerAsksToWait() {
        assertThat(answered(429, Map.of("retry-after", "120"), ""))
                .isEqualTo("https://hooks.example.com:8443 answered 429; it asks to wait (Retry-After: 120)");
    }

    @Test
    void saysTheInnermostCauseOfWhatIsNoAnswer() {
        assertThat(text(new RuntimeCamelException(new IOException("No space left on device"))))
                .isEqualTo("IOException: No space left on device");
        assertThat(text(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    void namesNoAddressThatItCannotReadAndNoPortThatIsNotThere() {
        assertThat(FailureText.of(new AnsweredException(500, "no address", "", null), AnsweredException.SINKS))
                .isEqualTo("the server answered 500");
        assertThat(FailureText.of(new AnsweredException(500, "mailto:someone", "", null), AnsweredException.SINKS))
                .isEqualTo("the server answered 500");
        assertThat(FailureText.of(new AnsweredException(500, "http://sink/x", "", null), AnsweredException.SINKS))
                .isEqualTo("http://sink answered 500");
        assertThat(FailureText.of(new AnsweredException(500, "http://sink:0/x", "", null), AnsweredException.SINKS))
                .isEqualTo("http://sink:0 answered 500");
    }

    @Test
    void cutsWhatIsLongerThan300Characters() {
        assertThat(text(new IOException("y".repeat(300)))).isEqualTo("IOException: " + "y".repeat(300));
        assertThat(text(new IOException("y".repeat(301)))).isEqualTo("IOException: " + "y".repeat(300) + "…");
    }
}
