package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values that each setting accepts, and the messages for others. */
class SettingRuleTest {
    /** A value that each setting refuses, with the message; texts without a rule refuse only a line break. */
    private static final String[] REFUSED = {
        "dt.project-id | my project | it is the project's identifier",
        "dt.service-account-key-id | my key | it is the identifier of the key",
        "dt.service-account-secret | a\tb | holds a line break, a tab or another control character",
        "dt.service-account-email | me | it is the service account's address",
        "dt.auth | oauth | it can be oauth2, basic",
        "dt.api-url | http://example.com/v2 | is plain http, which would send the credentials in clear text",
        "dt.token-url | identity.example.com | is not an https URL with a host",
        "dt.streaming | off | it can be true, false",
        "dt.format | json | it can be application/json, text/event-stream",
        "dt.ping-interval | 10 seconds | it must be a duration from 1s to 5m, such as 10s",
        "dt.max-retries | 1.5 | it must be a whole number, or -1 for no limit",
        "dt.data-dir | a\tb | holds a line break, a tab or another control character",
        "dt.reconcile-window | 31d | it must be a duration up to 30d, such as 6h, or 0 for not at all",
        "dt.mqtt-url | mqt://broker | has the unknown scheme 'mqt', did you mean 'mqtt'?",
        "dt.mqtt-user | a\tb | holds a line break, a tab or another control character",
        "dt.mqtt-password | a\tb | holds a line break, a tab or another control character",
        "dt.mqtt-last-value | 1 | it can be true, false",
        "dt.route.files | yes | it can be true, false",
        "dt.route.log | no | it can be true, false",
        "dt.route.mqtt | tcp://broker | it can be true, false",
        "dt.journal | disk | it can be local, kafka",
        "dt.kafka.bootstrap-servers | kafka.example.com | it must be host:port of a broker",
        "dt.kafka.topic-prefix | dt/ | it must be of letters, digits, hyphens and underscores",
        "dt.kafka.replication | 0 | it must be a number of brokers from 1 to 9",
        "dt.kafka.group | all of them | it must be of letters, digits, hyphens and underscores",
        "dt.kafka.node | node/1 | it must be of letters, digits, hyphens, underscores and dots",
        "dt.standby | warm | it can be cold, hot",
        "dt.events-retention | 1h | it must be a duration of at least 1d, such as 90d",
        "dt.data-connector-secret | a\tb | holds a line break, a tab or another control character",
        "dt.route.data-connector | on | it can be true, false",
        "dt.http-port | -1 | it must be a port from 1 to 65535, or 0 for any free one",
        "dt.http-host | https://router | it must be a name or an address of this machine",
        "dt.http-password-hash | hush-hush | is no hash of a password",
        "dt.http-behind-proxy | nginx | it can be true, false",
        "dt.http-names | https://router.example.com | it must be names such as router.example.com",
        "dt.http-public-paths | hook | it must be paths such as /hook or /hooks/*",
        "dt.reload | on | it can be true, false",
        "dt.reload-tests | off | it can be true, false",
        "dt.log-level | LOUD | it can be TRACE, DEBUG, INFO, WARN, ERROR, OFF",
        "dt.device-metrics | all | it must be a number of devices up to 100000",
        "dt.log-format | xml | it can be text, json",
    };

    @Test
    void everySettingRefusesSomethingAndSaysWhatItTakes() {
        Set<String> tried = new TreeSet<>();
        for (String line : REFUSED) {
            String[] parts = line.split(" \\| ", 3);
            tried.add(parts[0]);
            Setting setting = Setting.of(parts[0]).orElseThrow();
            String said = setting.rule().complaint("NAME", parts[1]).orElse("nothing");
            assertThat(said).as(line).startsWith("NAME ").contains(parts[2]);
            if (setting.isSecret()) {
                assertThat(said).doesNotContain(parts[1]);
            }
        }
        assertThat(tried).containsExactlyInAnyOrderElementsOf(Setting.keys());
    }

    @Test
    void takesItsOwnDefaults() {
        for (Setting setting : Setting.values()) {
            setting.defaultValue()
                    .filter(value -> !value.isEmpty())
                    .ifPresent(value -> assertThat(setting.rule().complaint(setting.key(), value))
                            .as(setting.key())
                            .isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dt.project-id, c0md3pm0p7bet3vico8g",
        "dt.service-account-key-id, c0md3pm0p7bet3vico8g",
        "dt.service-account-email, b2s2rn5jtf.p7be@some.serviceaccount.d21s.com",
        "dt.mqtt-url, ssl://my_broker:8883",
        "dt.mqtt-url, mqtt://[::1]",
        "dt.api-url, http://localhost:8080/v2",
        "dt.max-retries, -1",
        "dt.http-port, 65535",
        "dt.http-host, 0.0.0.0",
        "dt.http-host, ::1",
        "dt.http-names, 'router.example.com, router'",
        "dt.http-public-paths, '/hook, /hooks/dt/*'",
        "dt.data-dir, C:/Program Files/dt",
        "dt.ping-interval, 5m",
        "dt.reconcile-window, PT6H",
        "dt.log-level, debug",
        "dt.auth, BASIC",
    })
    void takesWhatIsRight(String key, String value) {
        assertThat(Setting.of(key).orElseThrow().rule().complaint(key, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"dt.log-level, debug, DEBUG", "dt.auth, BASIC, basic", "dt.data-dir, Data, Data"})
    void givesAChoiceTheSpellingThatTheProgramKnows(String key, String value, String canonical) {
        assertThat(Setting.of(key).orElseThrow().rule().canonical(value)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "500, PT0.5S",
        "10s, PT10S",
        "1h30m, PT1H30M",
        "2d, PT48H",
        "1m30s500ms, PT1M30.5S",
        "PT10S, PT10S",
        "P1D, PT24H",
    })
    void readsASpan(String text, Duration span) {
        assertThat(SettingRule.Span.parse(text)).contains(span);
    }

    @ParameterizedTest
    @CsvSource({"''", "s", "ten", "10 s", "-1s", "1s1h", "1.5h", "P", "99999999999999999999", "10sec"})
    void takesNothingElseForASpan(String text) {
        assertThat(SettingRule.Span.parse(text)).isEmpty();
    }

    @Test
    void saysWhereThePasswordOfABrokerBelongsWithoutShowingIt() {
        assertThat(Setting.MQTT_URL.rule().complaint("DT_MQTT_URL", "tcp://me:hush@broker"))
                .contains(
                        "DT_MQTT_URL must not carry a user or password; set dt.mqtt-user and dt.mqtt-password instead");
    }
}
