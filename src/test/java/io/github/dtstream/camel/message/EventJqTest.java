package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.camel.StreamBeans;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventJqTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange = new DefaultExchange(context);

    @BeforeEach
    void bind() {
        StreamBeans.bind(context);
        exchange.getMessage().setBody("{\"eventId\":\"e1\",\"data\":{\"temperature\":{\"value\":4.25}}}");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String jq(String expression) {
        Object value =
                context.resolveLanguage("jq").createExpression(expression).evaluate(exchange, Object.class);
        exchange.getMessage().setBody(value);
        return exchange.getMessage().getBody(String.class);
    }

    @Test
    void givesLabelsAsAnObject() {
        exchange.getMessage().setHeader("DtLabels", Map.of("room", "7 \"b\""));

        assertThat(jq("{room: header(\"DtLabels\").room, floor: header(\"DtLabels\")[\"floor\"]}"))
                .isEqualTo("{\"room\":\"7 \\\"b\\\"\",\"floor\":null}");
    }

    @Test
    void givesListsOfVariablesAsLists() {
        exchange.setVariable("all", List.of("a", "b"));

        assertThat(jq("variable(\"all\")[1]")).isEqualTo("b");
    }

    @Test
    void givesTextAsTextAndNothingAsNullOrWhatIsSaid() {
        exchange.getMessage().setHeader("DtDeviceId", "d1");
        exchange.setProperty("n", 5);

        assertThat(
                        jq(
                                "[header(\"DtDeviceId\"), header(\"no\"), header(\"no\"; \"x\"), property(\"n\"), variable(\"no\")]"))
                .isEqualTo("[\"d1\",null,\"x\",\"5\",null]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Freezer \"3\"", "C:\\new", "line\nbreak", "tab\t", "ü€😀", "", "{{x}}", "${body}"})
    void makesJsonOfEveryNameInOneLine(String name) throws Exception {
        exchange.getMessage().setHeader("DtDeviceName", name);

        String text = jq("{name: header(\"DtDeviceName\"), data: .data.temperature}");

        assertThat(text).doesNotContain("\n");
        assertThat(new ObjectMapper().readTree(text).path("name").asText()).isEqualTo(name);
        exchange.getMessage().setBody(new ObjectMapper().readTree(text));
        assertThat(new ObjectMapper().readTree(exchange.getMessage().getBody(byte[].class)))
                .isEqualTo(new ObjectMapper().readTree(text));
    }
}
