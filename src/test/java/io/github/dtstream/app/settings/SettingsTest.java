package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    private Path folder;

    private void load(byte[] text) throws IOException, ConfigurationException {
        Path file = Files.write(folder.resolve("application.properties"), text);
        Settings.load(file, Map.of(), new Properties());
    }

    @Test
    void namesTheLineOfABackslashThatBeginsNoCharacter() {
        String text = "a=C:\\\\users\nb=\\u00e4\nc=C:\\users\n";

        assertThatThrownBy(() -> load(text.getBytes(StandardCharsets.UTF_8)))
                .hasMessage(folder.resolve("application.properties")
                        + " cannot be read: line 3: a backslash with a u after it needs four hexadecimal digits; "
                        + "write the backslash twice");
    }

    @Test
    void asksForUtf8() {
        assertThatThrownBy(() -> load("a=\u00e4\n".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageEndingWith(" cannot be read: it is not UTF-8; save it as UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // The values of file, environment and command line, and the one that counts.
                "a, -, -, a",
                "-, b, -, b",
                "-, -, c, c",
                "a, b, -, b",
                "a, -, c, c",
                "-, b, c, c",
                "a, b, c, c",
                "-, -, -, data",
                "'', -, -, data",
                "a, '', -, data",
                "' a ', -, -, a",
            })
    void letsTheLaterPlaceWin(String file, String environment, String commandLine, String counts) throws Exception {
        Path path = folder.resolve("application.properties");
        if (file != null) {
            Files.writeString(path, "dt.data-dir=" + file);
        }
        Properties system = new Properties();
        if (commandLine != null) {
            system.setProperty("dt.data-dir", commandLine);
        }
        Settings settings =
                Settings.load(path, environment == null ? Map.of() : Map.of("DT_DATA_DIR", environment), system);

        assertThat(settings.get(Setting.DATA_DIR)).isEqualTo(counts);
    }

    @Test
    void namesAllThatIsMissingAtOnce() {
        assertThatThrownBy(() -> Settings.of(Map.of("dt.project-id", "p")).requireCredentials())
                .hasMessageContainingAll(
                        "dt.service-account-key-id", "dt.service-account-secret", "dt.service-account-email", "demo")
                .hasMessageNotContaining("dt.project-id");
    }

    @Test
    void asksForNoAddressWithBasicAuthentication() throws Exception {
        Settings.of(Map.of(
                        "dt.project-id", "p",
                        "dt.service-account-key-id", "k",
                        "dt.service-account-secret", "s",
                        "dt.auth", "BASIC"))
                .requireCredentials();
    }

    @Test
    void runsTheRouteToABrokerWhereOneIsNamedUnlessToldOtherwise() {
        assertThat(Settings.of(Map.of()).forRoutes())
                .containsEntry("dt.route.mqtt", "false")
                .containsEntry("dt.route.data-connector", "false");
        assertThat(Settings.of(Map.of("dt.data-connector-secret", "s")).forRoutes())
                .containsEntry("dt.route.data-connector", "true")
                .doesNotContainKey("dt.data-connector-secret");
        assertThat(Settings.of(Map.of("dt.mqtt-url", "tcp://b")).forRoutes()).containsEntry("dt.route.mqtt", "true");
        assertThat(Settings.of(Map.of("dt.mqtt-url", "tcp://b", "dt.route.mqtt", "false"))
                        .forRoutes())
                .containsEntry("dt.route.mqtt", "false");
    }

    @Test
    void letsAComponentsOwnOptionWinOverTheSettingForIt() {
        assertThat(Settings.of(Map.of("dt.max-retries", "3")).literals()).containsEntry("dt-stream.maxRetries", "3");
        assertThat(Settings.of(Map.of("dt.max-retries", "3", "camel.component.dt-stream.max-retries", "4"))
                        .literals())
                .doesNotContainKey("dt-stream.maxRetries");
    }

    @Test
    void showsNoValueAsText() {
        assertThat(Settings.of(Map.of("dt.service-account-secret", "hush")))
                .asString()
                .doesNotContain("hush");
    }
}
