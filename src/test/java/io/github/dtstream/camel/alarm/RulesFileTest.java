package io.github.dtstream.camel.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.rule.AlarmRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alarm rules of an application other than the router: a file in the component's option. */
final class RulesFileTest {
    @TempDir
    private Path folder;

    private DefaultCamelContext context;
    private DtAlarmComponent component;

    @BeforeEach
    void start() {
        context = new DefaultCamelContext();
        component = new DtAlarmComponent();
        context.addComponent("dt-alarm", component);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void write(String text) throws IOException {
        component.setRulesFile("file:"
                + Files.writeString(folder.resolve("freezers.yaml"), text).toString());
    }

    @Test
    void theRulesAreInForceWhenTheContextHasStarted() throws Exception {
        write("alarms:\n- {alarm: too-warm, value: temperature, raise: {above: -15}}\n");

        context.start();

        assertThat(component.alarms().rules().rules())
                .extracting(AlarmRule::name)
                .containsExactly("too-warm");
    }

    @Test
    void placeholdersHaveTheContextsValues() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("rule", "too-cold");
        context.getPropertiesComponent().setInitialProperties(properties);
        write("alarms:\n- {alarm: '{{rule}}', value: temperature, raise: {below: -30}}\n");

        context.start();

        assertThat(component.alarms().rules().rules())
                .extracting(AlarmRule::name)
                .containsExactly("too-cold");
    }

    @Test
    void aWrongRuleKeepsTheContextFromStartingAndTheMessageSaysWhere() throws Exception {
        write("alarms:\n- {alarm: too-warm, value: temperature, raise: {abov: -15}}\n");

        assertThatThrownBy(context::start)
                .rootCause()
                .hasMessageContaining("freezers.yaml:2:")
                .hasMessageContaining("abov");
    }

    @Test
    void aPlaceholderWithoutAValueIsSaidWithItsPlace() throws Exception {
        write("alarms:\n- {alarm: '{{rule}}', value: temperature, raise: {below: -30}}\n");

        assertThatThrownBy(context::start).rootCause().hasMessageContaining("freezers.yaml:2:");
    }

    @Test
    void aFileThatIsNotThereIsNamedWithTheOption() {
        component.setRulesFile("file:" + folder.resolve("none.yaml"));

        assertThatThrownBy(context::start)
                .hasStackTraceContaining("none.yaml cannot be read, which rulesFile of the component dt-alarm names");
    }
}
