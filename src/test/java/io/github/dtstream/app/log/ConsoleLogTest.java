package io.github.dtstream.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.settings.SecretValues;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The form of the log's lines, whatever they contain. */
final class ConsoleLogTest {
    private final LoggerContext context = new LoggerContext();
    private final Masking masking = new Masking();

    private String line(String message, @Nullable Throwable failure, Object... arguments) {
        return ConsoleLog.layout(context, masking)
                .doLayout(new LoggingEvent(
                        "here", context.getLogger("io.x.Route"), Level.WARN, message, failure, arguments));
    }

    @Test
    void keepsTheNameOfADeviceOnItsLineAndAwayFromTheTerminal() {
        assertThat(line("Got {} event from {}", null, "temperature", "A\n\u001b[31mB"))
                .endsWith("WARN  Route - Got temperature event from A\\n\\u001b[31mB" + System.lineSeparator())
                .hasLineCount(1);
    }

    @Test
    void masksSecretsInMessagesAndInEveryExceptionOfATrace() {
        SecretValues.hide(
                Map.of("influx.token", "abcd1234efgh", "hook.url", "https://h.example.com/x?sig=aB%2Bc"), masking);
        IOException cause = new IOException("POST https://h.example.com/x?sig=aB%2Bc failed");
        cause.addSuppressed(new IOException("no right for abcd1234efgh\n\u001b[2J"));
        IllegalStateException failure = new IllegalStateException("token=hidden", cause);

        String line = line("{} fails", failure, "aB%2Bc");

        assertThat(line)
                .contains(
                        "*** fails",
                        "IllegalStateException: token=***",
                        "IOException: POST https://h.example.com/x?sig=*** failed",
                        "no right for ***\\n\\u001b[2J")
                .doesNotContain("aB%2Bc", "abcd1234efgh", "hidden", "\u001b");
    }

    private JsonNode json(String message, @Nullable Throwable failure, Object... arguments) throws IOException {
        String line = ConsoleLog.layout("json", context, masking)
                .doLayout(new LoggingEvent(
                        "here", context.getLogger("io.x.Route"), Level.WARN, message, failure, arguments));
        assertThat(line).endsWith("}" + System.lineSeparator()).hasLineCount(1);
        return new ObjectMapper().readTree(line);
    }

    @Test
    void isOneObjectALineWithTheNamesOfTheElasticCommonSchemaIfAskedFor() throws IOException {
        JsonNode line = json("Got {}", null, "A\n\u001b[31m\"B\"");

        assertThat(Instant.parse(line.path("@timestamp").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(line.path("log.level").asText()).isEqualTo("WARN");
        assertThat(line.path("log.logger").asText()).isEqualTo("io.x.Route");
        assertThat(line.path("process.thread.name").asText())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(line.path("message").asText()).isEqualTo("Got A\n\u001b[31m\"B\"");
        assertThat(line.has("error.type")).isFalse();
    }

    @Test
    void masksSecretsInEveryTextOfAJsonLine() throws IOException {
        SecretValues.hide(Map.of("influx.token", "abcd1234efgh"), masking);

        JsonNode line = json(
                "{} fails",
                new IOException("no right for abcd1234efgh", new IOException("abcd1234efgh")),
                "abcd1234efgh");

        assertThat(line.toString()).doesNotContain("abcd1234efgh");
        assertThat(line.path("message").asText()).isEqualTo("*** fails");
        assertThat(line.path("error.type").asText()).isEqualTo("java.io.IOException");
        assertThat(line.path("error.message").asText()).isEqualTo("no right for ***");
        assertThat(line.path("error.stack_trace").asText()).contains("Caused by: java.io.IOException: ***");
    }
}
