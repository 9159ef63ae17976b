package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.text.Masking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountKeyTest {
    private static final String SECRET = "0123456789abcdef";

    @TempDir
    private Path folder;

    private Settings load(String file, Map<String, String> environment) throws Exception {
        Path properties = folder.resolve("application.properties");
        Files.writeString(properties, file);
        return Settings.load(properties, environment, new Properties());
    }

    private List<String> findings(Settings settings) {
        return SettingsCheck.findings(settings, folder.resolve("routes")).stream()
                .map(Finding::toString)
                .toList();
    }

    @Test
    void isReadFromFileEnvironmentAndFilesOfSecrets() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Settings settings = load(
                "dt.account.office.key-id=k1\ndt.account.office.email=a@b.c\ndt.account.office.projects=p1, p2\n",
                Map.of(
                        "DT_ACCOUNT_OFFICE_SECRET_FILE", secret.toString(),
                        "DT_ACCOUNT_NORTH_LAB_KEY_ID", "k2",
                        "DT_ACCOUNT_NORTH_LAB_SECRET", " s2 ",
                        "DT_ACCOUNT_NORTH_LAB_AUTH", "BASIC"));

        assertThat(settings.accounts())
                .isEqualTo(Map.of(
                        "office", new Settings.Account("k1", SECRET, "a@b.c", "", List.of("p1", "p2")),
                        "north-lab", new Settings.Account("k2", " s2 ", "", "basic", List.of())));
        assertThat(findings(settings)).noneMatch(finding -> finding.contains("error: "));
    }

    @Test
    void doesNotShowItsSecret() throws Exception {
        Settings settings = load(
                "dt.account.office.key-id=k1\ndt.account.office.email=a@b.c\ndt.account.office.secret=" + SECRET + "\n",
                Map.of());
        Masking masking = new Masking();
        settings.hideSecrets(masking);

        assertThat(masking.mask("it is " + SECRET)).isEqualTo("it is ***");
        assertThat(settings.forRoutes()).doesNotContainKey("dt.account.office.secret");
        assertThat(settings.accounts().toString()).doesNotContain(SECRET);
        assertThat(settings.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dt.account.office.key-id=k|dt.account.office.secret is missing",
                "dt.account.office.secret=s|dt.account.office.key-id is missing",
                "dt.account.office.auth=basic|dt.account.office.key-id is missing",
                "dt.account.office.auth=none|it can be oauth2, basic",
                "dt.account.office.projects=a,a|'a' is named twice",
                "dt.account.office.keyid=k|PART one of key-id, secret, email, auth, projects",
                "dt.account.My_Office.key-id=k|lower-case letters, digits and hyphens",
                "dt.account.office=k|dt.account.NAME.PART",
            })
    void isRefusedWithWhatToDo(String line, String said) throws Exception {
        assertThat(findings(load(line, Map.of())))
                .anySatisfy(finding -> assertThat(finding).contains(" error: ", said));
    }

    @Test
    void twoDoNotReadOneProject() throws Exception {
        Map<String, String> lines = new HashMap<>();
        for (String name : List.of("a", "b")) {
            lines.put("dt.account." + name + ".key-id", "k");
            lines.put("dt.account." + name + ".secret", SECRET);
            lines.put("dt.account." + name + ".email", "a@b.c");
            lines.put("dt.account." + name + ".projects", "p1");
        }

        assertThat(findings(Settings.of(lines)))
                .anyMatch(finding -> finding.contains(
                        "dt.account.b.projects names the project p1, and so does dt.account.a.projects"));
    }
}
