package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.SimpleLanguage;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledSimpleTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SimpleLanguage camels = new SimpleLanguage();
    private Language ours = camels;

    @BeforeEach
    void start() {
        StreamBeans.bind(context);
        context.start();
        camels.setCamelContext(context);
        ours = context.resolveLanguage("simple");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private List<Exchange> exchanges() {
        Exchange texts = new DefaultExchange(context);
        texts.getIn().setHeader("a", "ping");
        texts.getIn().setHeader("b", "größer 😀");
        Exchange others = new DefaultExchange(context);
        others.getIn().setHeader("a", 5);
        others.getIn().setHeader("b", "bytes".getBytes(StandardCharsets.UTF_8));
        Exchange property = new DefaultExchange(context);
        property.setProperty("a", "ping");
        property.getIn().setHeader("b", true);
        return List.of(texts, others, property, new DefaultExchange(context));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"${header.a}\",\"b\":${header.b}}",
                "dt/${header.a}/${in.header.b}",
                "${header.a}${header.b}",
                "${header.a}",
                "${header.A}-${header.missing}-",
                "${header.a}++ and --",
                "a\\n${header.a}\\}",
                "${headers.size} ${header.a} ${body}",
                "${header.a} == '${header.b}'",
                "plain",
                "",
                "${header.a.length} of ${header.a}",
                "$simple{header.a}:${header.b}",
                "${header[a]} ${header.a?} }"
            })
    void aTextIsThatOfCamel(String template) {
        for (Exchange exchange : exchanges()) {
            Expression expected = camels.createExpression(template);
            Expression actual = ours.createExpression(template);
            expected.init(context);
            actual.init(context);

            assertThat(outcome(() -> actual.evaluate(exchange, Object.class)))
                    .isEqualTo(outcome(() -> expected.evaluate(exchange, Object.class)));
            assertThat(outcome(() -> actual.evaluate(exchange, String.class)))
                    .isEqualTo(outcome(() -> expected.evaluate(exchange, String.class)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${header.a} == 'ping'",
                "${header.a} != 'ping'",
                "${header.a} == '5'",
                "${header.a} != '5'",
                "${header.b} == 'true'",
                "${header.missing} == ''",
                "${header.missing} != 'ping'",
                "${header.a} == ping",
                "${header.a} == 'ping' && ${header.b} == 'bytes'",
                "${header.b} == 'null'",
                "${header.a} == 'it is'"
            })
    void aComparisonIsThatOfCamel(String comparison) {
        for (Exchange exchange : exchanges()) {
            Predicate expected = outcomeOf(camels, comparison);
            Predicate actual = outcomeOf(ours, comparison);

            assertThat(outcome(() -> actual.matches(exchange))).isEqualTo(outcome(() -> expected.matches(exchange)));
        }
    }

    private Predicate outcomeOf(Language language, String comparison) {
        try {
            Predicate predicate = language.createPredicate(comparison);
            predicate.initPredicate(context);
            return predicate;
        } catch (SimpleIllegalSyntaxException e) {
            return exchange -> {
                throw e;
            };
        }
    }

    private interface Evaluation {
        Object of();
    }

    private static String outcome(Evaluation evaluation) {
        try {
            return String.valueOf(evaluation.of());
        } catch (RuntimeException e) {
            return e.getClass().getName();
        }
    }

    @Test
    void textsWithHeadersAndComparisonsWithATextAreCompiled() {
        assertThat(ours.createExpression("a${header.a}").getClass().getName()).contains("CompiledSimple");
        assertThat(ours.createPredicate("${header.a} == 'ping'").getClass().getName())
                .contains("CompiledSimple");
        assertThat(ours.createExpression("a${body}").getClass().getName()).doesNotContain("CompiledSimple");
        assertThat(ours.createPredicate("${body} == 'ping'").getClass().getName())
                .doesNotContain("CompiledSimple");
    }

    @Test
    void saysWhatIsWrongAsCamelDoes() {
        assertThatThrownBy(() -> ours.createExpression("${header.a}${hedaer.b}"))
                .isInstanceOf(SimpleIllegalSyntaxException.class)
                .hasMessageContaining("hedaer");
    }

    @Test
    void isShownAsWritten() {
        assertThat(ours.createExpression("a${header.a}")).hasToString("a${header.a}");
    }
}
