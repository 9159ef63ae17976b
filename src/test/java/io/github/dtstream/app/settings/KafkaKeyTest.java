package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.text.Masking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaKeyTest {
    private static final String PASSWORD = "correct-horse-battery";
    private static final String JAAS =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"router\"" + " password=\""
                    + PASSWORD + "\";";

    @TempDir
    private Path folder;

    private Settings load(String file, Map<String, String> environment) throws Exception {
        Path properties = folder.resolve("application.properties");
        Files.writeString(properties, file);
        return Settings.load(properties, environment, new Properties());
    }

    private List<String> findings(String file) throws Exception {
        return SettingsCheck.findings(load(file, Map.of()), folder.resolve("routes")).stream()
                .map(Finding::toString)
                .toList();
    }

    @Test
    void passesOnWhatIsOfSecurityFromFileEnvironmentAndFilesOfSecrets() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), JAAS + "\n");
        Settings settings = load(
                "dt.journal=kafka\ndt.kafka.bootstrap-servers=a:9092, b:9092\ndt.kafka.property.ssl.truststore.location=/ca\n",
                Map.of(
                        "DT_KAFKA_PROPERTY_SECURITY_PROTOCOL",
                        "SASL_SSL",
                        "DT_KAFKA_PROPERTY_SASL_JAAS_CONFIG_FILE",
                        secret.toString()));

        assertThat(settings.isJournalInKafka()).isTrue();
        assertThat(settings.kafkaClient())
                .isEqualTo(Map.of(
                        "bootstrap.servers", "a:9092, b:9092",
                        "ssl.truststore.location", "/ca",
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", JAAS));
        assertThat(SettingsCheck.findings(settings, folder.resolve("routes"))).noneMatch(Finding::isError);
    }

    @Test
    void showsNoSecretAnywhere() throws Exception {
        Settings settings = load(
                "dt.kafka.property.sasl.jaas.config=" + JAAS + "\ndt.kafka.property.ssl.key.password=hidden-too\n",
                Map.of());
        Masking masking = new Masking();
        settings.hideSecrets(masking);

        assertThat(settings.toString()).doesNotContain(PASSWORD, "hidden-too");
        assertThat(settings.forRoutes().toString()).doesNotContain(PASSWORD, "hidden-too");
        assertThat(masking.mask("it was " + JAAS + ", or " + PASSWORD + ", or hidden-too"))
                .doesNotContain(PASSWORD, "hidden-too");
    }

    @Test
    void refusesWhatTheRouterDependsOnAndWhatIsMissing() throws Exception {
        assertThat(findings("dt.kafka.property.acks=1\n"))
                .anyMatch(finding ->
                        finding.contains("dt.kafka.property.acks is not passed on to Kafka: only security is"));
        assertThat(findings("dt.journal=kafka\n"))
                .anyMatch(finding -> finding.contains("dt.journal=kafka needs dt.kafka.bootstrap-servers"));
        assertThat(findings("dt.kafka.group=routers\n"))
                .anyMatch(finding -> finding.contains("dt.kafka.group needs dt.journal=kafka"));
        assertThat(findings("dt.standby=hot\n"))
                .anyMatch(finding -> finding.contains("dt.standby=hot needs dt.kafka.group"));
        assertThat(findings("dt.journal=disk\n"))
                .anyMatch(finding -> finding.contains("local") && finding.contains("kafka"));
        assertThat(findings("dt.kafka.bootstrap-servers=kafka.example.com\n"))
                .anyMatch(finding -> finding.contains("it must be host:port of a broker"));
        assertThat(findings("dt.kafka.replication=0\n")).anyMatch(finding -> finding.contains("from 1 to 9"));
    }

    @Test
    void saysWhatFetchesTheClientWhereItIsMissing() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(findings("dt.journal=kafka\ndt.kafka.bootstrap-servers=a:9092\n"))
                    .anyMatch(finding -> finding.contains(KafkaClients.COMMAND));
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(KafkaClients.COMMAND).endsWith(":" + AppInfoParser.getVersion());
    }
}
