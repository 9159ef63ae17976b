package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFilesTest {
    private static final String VARIABLE = "DT_SERVICE_ACCOUNT_SECRET_FILE";

    @TempDir
    private Path folder;

    private Path properties;
    private Path secret;

    @BeforeEach
    void name() {
        properties = folder.resolve("application.properties");
        secret = folder.resolve("secret");
    }

    private Settings load(Map<String, String> environment) throws ConfigurationException {
        return Settings.load(properties, environment, new Properties());
    }

    private List<String> said(Settings settings) {
        return SettingsCheck.findings(settings, folder).stream()
                .map(Finding::toString)
                .toList();
    }

    private Settings withFile(String content) throws IOException, ConfigurationException {
        Files.writeString(secret, content);
        return load(Map.of(VARIABLE, secret.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush", " hush", "hush ", "s3cr{{et", "#bean:x", "pa\\ss", "ü€", "a=b#c"})
    void takesASecretLetterByLetterButForTheLineBreakAtTheEnd(String text) throws Exception {
        for (String end : List.of("", "\n", "\r\n")) {
            Settings settings = withFile(text + end);

            assertThat(settings.get(Setting.SECRET)).isEqualTo(text);
            assertThat(settings.literals()).containsEntry("dt-stream.serviceAccountSecret", text);
            assertThat(SettingsCheck.findings(settings, folder)).noneMatch(Finding::isError);
        }
    }

    @Test
    void takesOneLineBreakAwayAndNoMore() throws Exception {
        assertThat(said(withFile("hush\n\n")))
                .anySatisfy(said -> assertThat(said).contains("error", VARIABLE, secret.toString(), "line break"));
    }

    @Test
    void readsEverySecretSettingFromAFileNamedInTheFileInTheEnvironmentOrOnTheCommandLine() throws Exception {
        Files.writeString(secret, "hush\n");
        for (String key : Setting.fileKeys()) {
            String setting = key.substring(0, key.length() - "-file".length());
            Files.writeString(properties, key + "=" + secret + "\n" + setting + "=\n");
            assertThat(load(Map.of()).forRoutes()).doesNotContainKey(setting);
            assertThat(load(Map.of()).get(Setting.of(setting).orElseThrow())).isEqualTo("hush");

            Files.writeString(properties, setting + "=\n");
            assertThat(load(Map.of(Setting.environmentVariable(key), secret.toString()))
                            .get(Setting.of(setting).orElseThrow()))
                    .isEqualTo("hush");

            Properties system = new Properties();
            system.setProperty(key, secret.toString());
            assertThat(Settings.load(properties, Map.of(), system)
                            .get(Setting.of(setting).orElseThrow()))
                    .isEqualTo("hush");
        }
    }

    @Test
    void readsSecretsOfCamelsOwnOptionsToo() throws Exception {
        Files.writeString(secret, "hush\n");
        Files.writeString(
                properties,
                "camel.component.dt-stream.proxyPasswordFile=" + secret + "\ncamel.ssl.keystorePassword-file="
                        + secret);

        Settings settings = load(Map.of());

        assertThat(settings.literals()).containsEntry("dt-stream.proxyPassword", "hush");
        assertThat(settings.forCamel()).containsEntry("camel.ssl.keystorePassword", "hush");
        assertThat(said(settings)).isEmpty();
    }

    @Test
    void takesWhatSystemdHandsOverByTheSettingsName() throws Exception {
        Files.writeString(properties, "dt.mqtt-password=of-the-file\n");
        Files.writeString(folder.resolve("dt.mqtt-password"), "of-systemd\n");
        Files.writeString(folder.resolve("dt.project-id"), "p1\n");
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());

        assertThat(load(environment).get(Setting.MQTT_PASSWORD)).isEqualTo("of-systemd");
        assertThat(load(environment).get(Setting.PROJECT_ID)).isEqualTo("p1");
    }

    @Test
    void letsTheLaterPlaceWinAndRefusesTwoInOne() throws Exception {
        Files.writeString(secret, "hush");
        Files.writeString(properties, "dt.service-account-secret=other\n");
        assertThat(load(Map.of(VARIABLE, secret.toString())).get(Setting.SECRET))
                .isEqualTo("hush");

        Files.writeString(
                properties, "dt.service-account-secret=other\ndt.service-account-secret-file=" + secret + "\n");
        assertThat(said(load(Map.of())))
                .singleElement()
                .asString()
                .contains("dt.service-account-secret and dt.service-account-secret-file are both set")
                .doesNotContain("hush", "other");
    }

    @Test
    void namesTheFileAndWhatToDoAndNeverTheContent() throws Exception {
        Settings missing = load(Map.of(VARIABLE, "nowhere/secret"));
        assertThat(said(missing))
                .singleElement()
                .asString()
                .contains(VARIABLE + " (nowhere/secret) cannot be read: there is no such file in ");
        assertThat(said(withFile("\n"))).singleElement().asString().contains("is empty: write");
        assertThat(said(withFile("hu\nsh")))
                .singleElement()
                .asString()
                .contains(secret.toString(), "line break")
                .doesNotContain("hu\n");
        assertThat(said(load(Map.of(VARIABLE, folder.toString()))))
                .singleElement()
                .asString()
                .contains("it is a folder");
        Files.write(secret, "hüsh".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(said(load(Map.of(VARIABLE, secret.toString()))))
                .singleElement()
                .asString()
                .contains("UTF-8")
                .doesNotContain("h\u00fcsh");
    }

    @Test
    void asksForTheNameThatWasMeant() throws Exception {
        assertThat(said(load(Map.of("DT_MQTT_PASWORD_FILE", "x"))))
                .singleElement()
                .asString()
                .contains("DT_MQTT_PASSWORD_FILE");
    }
}
