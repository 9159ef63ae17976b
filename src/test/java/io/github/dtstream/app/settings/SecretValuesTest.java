package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.text.Masking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values must not be shown, wherever they were set. */
class SecretValuesTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Properties commandLine = new Properties();

    private String masked(String file, String text) throws Exception {
        Masking masking = new Masking();
        Path path = Files.writeString(folder.resolve("application.properties"), file);
        Settings.load(path, environment, commandLine).hideSecrets(masking);
        return masking.mask(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{hush}}",
                "{{hush",
                "{{no.such.setting}}!",
                "#bean:hush",
                "RAW(hush)",
                "hu%73h hush",
                "{{?hush}}"
            })
    void hidesASecretWhateverItLooksLikeInEachPlace(String secret) throws Exception {
        environment.put("DT_MQTT_PASSWORD", secret);
        commandLine.setProperty("camel.component.dt-stream.proxyPassword", secret + "2");

        assertThat(masked("dt.service-account-secret=" + secret + "1", secret + ", " + secret + "1, " + secret + "2."))
                .isEqualTo("***, ***, ***.");
    }

    @Test
    void showsWhereASecretIsLookedUpAndHidesWhatStandsThere() throws Exception {
        String file = "my.password=open-sesame\ncamel.component.dt-mqtt.password={{my.password}}";

        assertThat(masked(file, "{{my.password}} is open-sesame")).isEqualTo("{{my.password}} is ***");
    }

    @Test
    void takesTheShellsWorkingFolderForNoPassword() {
        Masking masking = new Masking();
        SecretValues.hide(Map.of("PWD", "/srv/router", "MY_PWD", "open-sesame"), masking);

        assertThat(masking.mask("no /srv/router/routes; open-sesame")).isEqualTo("no /srv/router/routes; ***");
    }

    @Test
    void hidesWhatBasicAuthenticationSends() throws Exception {
        environment.put("DT_SERVICE_ACCOUNT_SECRET", "hush-hush");

        assertThat(masked("dt.service-account-key-id=key", "sent a2V5Omh1c2gtaHVzaA== to it"))
                .isEqualTo("sent *** to it");
    }

    @Test
    void hidesThePasswordInAnAddressOfARoutesOwn() throws Exception {
        assertThat(masked("my.db=postgresql://me:open-sesame@db/events", "open-sesame is wrong"))
                .isEqualTo("*** is wrong");
    }

    @Test
    void showsTheFolderThatAShellIsIn() {
        Masking masking = new Masking();
        SecretValues.hide(Map.of("PWD", "/opt/dt-stream-router", "DB_PWD", "open-sesame"), masking);

        assertThat(masking.mask("/opt/dt-stream-router/data is not there, open-sesame"))
                .isEqualTo("/opt/dt-stream-router/data is not there, ***");
    }

    @Test
    void givesRoutesNoSecretOfOurs() throws Exception {
        Settings settings =
                Settings.of(Map.of("dt.mqtt-password", "a", "dt.service-account-secret", "b", "my.token", "c"));

        assertThat(settings.forRoutes())
                .containsEntry("my.token", "c")
                .doesNotContainKeys("dt.mqtt-password", "dt.service-account-secret");
    }
}
