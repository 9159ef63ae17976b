package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.route.model.Finding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages about settings, for each place where they can be set. */
class SettingsCheckTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Properties commandLine = new Properties();

    private Settings load(String file) throws Exception {
        Path path = Files.writeString(folder.resolve("application.properties"), file, StandardCharsets.UTF_8);
        return Settings.load(path, environment, commandLine);
    }

    /** The findings, one per line, without the folder's path. */
    private String findings(String file) throws Exception {
        return SettingsCheck.findings(load(file), folder.resolve("routes")).stream()
                .map(Finding::toString)
                .collect(Collectors.joining("\n"))
                .replace(folder + "/", "");
    }

    private void route(String text) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("routes")).resolve("a.camel.yaml"), text);
    }

    @Test
    void hasNothingToSayOfTheShippedFile() throws Exception {
        assertThat(findings(Files.readString(Path.of("application.properties"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dt.route.files | yes | it can be true, false",
                "dt.max-retries | abc | it must be a whole number, or -1 for no limit",
                "dt.max-retries | -2 | it must be a whole number, or -1 for no limit",
                "dt.ping-interval | ten | it must be a duration from 1s to 5m, such as 10s",
                "dt.ping-interval | 10m | it must be a duration from 1s to 5m, such as 10s",
                "dt.reconcile-window | 60d | it must be a duration up to 30d, such as 6h, or 0 for not at all",
                "dt.auth | oauth | it can be oauth2, basic",
                "dt.format | json | it can be application/json, text/event-stream",
                "dt.http-port | 80800 | it must be a port from 1 to 65535, or 0 for any free one",
                "dt.project-id | my project | it is the project's identifier, 20 letters and digits, as in the address"
                        + " of its page in DT Studio, or several of them with commas between them",
                "dt.project-id | a,a | 'a' is named twice: name it once",
                "dt.project-id | organizations/c1 | an organisation has no stream: name its projects, with commas between"
                        + " them; the identifier of each is in the address of its page in DT Studio",
                "dt.reload | on | it can be true, false",
                "dt.log-level | LOUD | it can be TRACE, DEBUG, INFO, WARN, ERROR, OFF",
                "camel.component.dt-stream.journalRetention | a week"
                        + " | it must be a duration such as 500 (milliseconds), 10s, 5m, 12h or 7d",
                "camel.component.dt-stream.fill-gaps | maybe | it must be true or false",
                "camel.main.shutdownTimeout | soon | it must be a whole number",
            })
    void refusesAWrongValueAndSaysWhatIsAllowed(String key, String value, String allowed) throws Exception {
        assertThat(findings("\n" + key + "=" + value))
                .isEqualTo("application.properties:2:1: error: " + key + " is '" + value + "'; " + allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "dt.route.files,TRUE",
        "dt.ping-interval,10000",
        "dt.ping-interval,1m30s",
        "dt.ping-interval,PT10S",
        "dt.reconcile-window,0",
        "dt.log-level,info",
        "dt.api-url,https://my_gateway/v2",
        "dt.max-retries,''",
        "camel.component.dt-stream.journalRetention,7d",
        "camel.component.dt-mqtt.maxInflight,100",
        "camel.component.dt-mqtt.max-inflight,100",
        "camel.component.file.autowired-enabled,true",
        "camel.ssl.trustStore,a.p12",
        "camel.main.name,mine",
        "camel.beans.mine,#class:java.lang.Object",
        "camel.threadpool.maxPoolSize,5",
        "my.own,value",
    })
    void takesWhatIsRight(String key, String value) throws Exception {
        assertThat(findings(key + "=" + value)).isEmpty();
    }

    private static final String HASH =
            "pbkdf2-sha512:210000:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @Test
    void saysWhatTheFormerPortSettingIsCalledNow() throws Exception {
        environment.put("DT_MANAGEMENT_PORT", "1");

        assertThat(findings("dt.management-port=8080"))
                .contains("application.properties:1:1: error: dt.management-port is called dt.http-port now")
                .contains("environment: error: DT_MANAGEMENT_PORT is called dt.http-port now");
    }

    @Test
    void opensThePortForOthersOnlyWithAPasswordAndEncrypted() throws Exception {
        String open = "dt.http-host=0.0.0.0\n";
        String password = "dt.http-password-hash=" + HASH + "\n";

        assertThat(findings(open)).contains(":1:1: error: dt.http-host=0.0.0.0", "command 'password'");
        assertThat(findings(open + password)).contains("without encryption", "dt.http-behind-proxy");
        assertThat(findings(open + password + "dt.http-behind-proxy=true")).isEmpty();
        assertThat(findings(open + password + "camel.server.useGlobalSslContextParameters=true"))
                .isEmpty();
        assertThat(findings("dt.http-behind-proxy=true")).contains(":1:1: error: dt.http-behind-proxy=true");
        assertThat(findings("dt.http-host=localhost")).isEmpty();
        assertThat(findings("camel.server.host=0.0.0.0")).contains("dt.http-host=0.0.0.0 lets others");
    }

    @Test
    void letsDataConnectorsPushOnlyWithASecret() throws Exception {
        assertThat(findings("dt.route.data-connector=true"))
                .contains(":1:1: error: dt.route.data-connector=true needs", "set dt.data-connector-secret");
        assertThat(findings("dt.route.data-connector=true\ndt.data-connector-secret=s"))
                .isEmpty();
        assertThat(findings("dt.route.data-connector=true\ncamel.component.dt-stream.signatureSecret=s"))
                .isEmpty();
    }

    @Test
    void showsNoHashOfAPasswordThatIsWrong() throws Exception {
        assertThat(findings("dt.http-password-hash=my-secret"))
                .contains("is no hash of a password")
                .doesNotContain("my-secret");
    }

    @Test
    void takesCamelsKeysOfAServerThatMeanSomethingAndNoOthers() throws Exception {
        assertThat(findings("camel.server.port=9090\ncamel.server.enabled=true\ncamel.server.max-body-size=1000"))
                .isEmpty();
        assertThat(findings("camel.server.port=x")).contains("must be a whole number");
        assertThat(findings("camel.server.authenticationEnabled=true")).contains("dt.http-password-hash locks");
        assertThat(findings("camel.server.enabled=false")).contains("dt.http-port");
        assertThat(findings("camel.management.enabled=true")).contains("dt.http-port");
    }

    @Test
    void saysWhereAWrongValueStands() throws Exception {
        environment.put("DT_MAX_RETRIES", "many");
        commandLine.setProperty("dt.ping-interval", "1 ms");

        assertThat(findings("dt.max-retries=3"))
                .contains("environment: error: DT_MAX_RETRIES is 'many'")
                .contains("command line: error: -Ddt.ping-interval is '1 ms'");
    }

    @Test
    void namesWhatWasProbablyMeantInEachPlace() throws Exception {
        environment.put("DT_MAX_RETRYS", "1");
        environment.put("DT_ROUTE_FLES", "false");
        environment.put("DT_TENANT", "a");
        commandLine.setProperty("dt.dta-dir", "x");

        assertThat(findings("dt.projectid=p\ndt.mqtt_url=x\nproject-id=p\ndt.unheard-of=1"))
                .contains("application.properties:1:1: warning: dt.projectid is no setting of the router, and no route"
                        + " uses it; did you mean dt.project-id?")
                .contains("did you mean dt.mqtt-url?")
                .contains("application.properties:3:1: warning: project-id is no setting")
                .contains(
                        "dt.unheard-of is no setting of the router, and no route uses it; README.md lists the settings;"
                                + " routes can use it as {{dt.unheard-of}}")
                .contains(
                        "environment: warning: DT_MAX_RETRYS is no setting of the router; did you mean DT_MAX_RETRIES?")
                .contains("did you mean DT_ROUTE_FILES?")
                .contains("environment: warning: DT_TENANT is no setting of the router")
                .contains("command line: warning: -Ddt.dta-dir is no setting of the router, and no route uses it;"
                        + " did you mean -Ddt.data-dir?");
    }

    @Test
    void hasNothingToSayOfAPropertyThatARouteUses() throws Exception {
        route("precondition: \"{{dt.route.file}}\"\nurl: '{{?dt.max-retry}}' {{my.data-dir}}");
        environment.put("DT_ROUTE_FILE", "true");

        assertThat(findings("dt.route.file=true\ndt.max-retry=1\nmy.data-dir=x"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "camel.component.dt-stream.journalRetentoin | error | is not an option of dt-stream;"
                        + " did you mean camel.component.dt-stream.journalRetention?",
                "camel.component.dt-steam.journalRetention | error | is for the component 'dt-steam', which is not there;"
                        + " did you mean 'dt-stream'?",
                "camel.main.shutdownTimout | error | is not a setting of Camel; did you mean camel.main.shutdownTimeout?",
                "camel.sll.enabled | warning | Camel has no settings that begin with camel.sll.;"
                        + " did you mean camel.ssl.?",
            })
    void namesAKeyThatCamelDoesNotKnow(String key, String severity, String said) throws Exception {
        assertThat(findings(key + "=1"))
                .startsWith("application.properties:1:1: " + severity + ": ")
                .contains(said);
    }

    @Test
    void namesABackslashThatWouldVanish() throws Exception {
        assertThat(findings("dt.project-id=p\ndt.mqtt-password=pa\\ss\ndt.data-dir=C:\\data\\new\nmy.regex=\\d\n"
                        + "dt.data-dir=C:\\new"))
                .contains("application.properties:2:1: error: dt.mqtt-password: the backslash before 's' would vanish;"
                        + " write it twice (\\\\)")
                .contains("application.properties:3:1: error: dt.data-dir: the backslash before 'd' would vanish")
                .contains("application.properties:5:1: error: dt.data-dir holds a line break")
                .contains("application.properties:4:1: warning: my.regex: the backslash before 'd'");
    }

    @Test
    void saysThatAKeyStandsTwice() throws Exception {
        assertThat(findings("dt.format=application/json\na=1\ndt.format=text/event-stream"))
                .isEqualTo("application.properties:3:1: warning: dt.format is set twice, in lines 1 and 3;"
                        + " the later one counts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cr{{et", "#bean:x", "{{?x}}", "RAW(a)", "a{{b}}c"})
    void neverShowsASecretNorTakesItForSomethingElse(String secret) throws Exception {
        environment.put("DT_SERVICE_ACCOUNT_SECRET", secret);
        Settings settings = load("dt.mqtt-password=" + secret + "\ncamel.component.dt-stream.proxyPassword=" + secret
                + "\ncamel.component.dt-mqtt.user-name=" + secret);

        assertThat(SettingsCheck.findings(settings, folder)).isEmpty();
        assertThat(settings.literals())
                .containsEntry("dt-stream.serviceAccountSecret", secret)
                .containsEntry("dt-stream.proxyPassword", secret)
                .containsEntry("dt-mqtt.password", secret)
                .containsEntry("dt-mqtt.user-name", secret);
        assertThat(settings.forCamel().toString() + settings.forRoutes()).doesNotContain(secret);
    }

    @Test
    void keepsTheSpacesOfASecretAndSaysSo() throws Exception {
        environment.put("DT_MQTT_PASSWORD", " a ");
        Settings settings = load("");

        assertThat(settings.get(Setting.MQTT_PASSWORD)).isEqualTo(" a ");
        assertThat(findings(""))
                .isEqualTo("environment: warning: DT_MQTT_PASSWORD begins or ends with a space or a line break,"
                        + " which is taken as a part of it");
    }

    @Test
    void letsASecretBeLookedUpElsewhere() throws Exception {
        Settings settings = load("my.password=x\ncamel.component.dt-mqtt.password={{my.password}}\n"
                + "camel.component.dt-stream.proxyPassword={{env:PROXY_PASSWORD}}");

        assertThat(settings.literals()).containsOnlyKeys("dt-stream.dataDirectory", "dt-mqtt.stateDirectory");
        assertThat(settings.forCamel()).hasSize(2);
    }

    @Test
    void refusesASecretInAVariableThatCamelReadsByItsOwnRules() throws Exception {
        environment.put("CAMEL_COMPONENT_DT_MQTT_PASSWORD", "a{{b");

        assertThat(findings(""))
                .startsWith("environment: error: CAMEL_COMPONENT_DT_MQTT_PASSWORD holds {{")
                .doesNotContain("a{{b");
    }

    @Test
    void refusesWithAllThatIsWrong() throws Exception {
        Settings settings = load("dt.reload=b\ndt.max-retries=a\ndt.projectid=c");

        assertThatThrownBy(() -> SettingsCheck.require(settings, folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "These settings are wrong:",
                        "dt.reload is 'b'",
                        "dt.max-retries is 'a'",
                        "did you mean dt.project-id?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker:1883", "http://broker", "tcp://broker:99999", "tcp://me:hush@broker"})
    void refusesTheAddressOfABrokerLikeTheComponentForIt(String url) throws Exception {
        environment.put("DT_MQTT_URL", url);

        assertThat(findings(""))
                .startsWith("environment: error: DT_MQTT_URL ")
                .doesNotContain("hush")
                .doesNotContain("brokerUrl");
        assertThatThrownBy(() -> SettingsCheck.require(load(""), folder)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void holdsAnOptionOfTheComponentToTheRuleOfItsSetting() throws Exception {
        assertThat(findings("camel.component.dt-stream.api-url=http://example.com\n"
                        + "camel.component.dt-stream.tokenUrl={{my.url}}\n"
                        + "camel.component.dt-stream.maxRetries=-5"))
                .isEqualTo("application.properties:1:1: error: camel.component.dt-stream.api-url is plain http, which"
                        + " would send the credentials in clear text: http://example.com; use https (plain http is"
                        + " accepted for loopback only)\n"
                        + "application.properties:3:1: error: camel.component.dt-stream.maxRetries is '-5'; it must be"
                        + " a whole number, or -1 for no limit");
    }

    @Test
    void doesNotShowThePasswordInAUrl() throws Exception {
        assertThat(findings("dt.api-url=https://me:hush@example.com/v2"))
                .contains("dt.api-url must consist of scheme, host, port and path only: https://example.com/v2")
                .doesNotContain("hush");
    }

    @Test
    void knowsEverySecretOptionOfOurComponents() throws Exception {
        Set<String> secret = new HashSet<>();
        for (String page : Set.of("camel/dt-stream", "mqtt/dt-mqtt")) {
            String component = page.substring(page.indexOf('/') + 1);
            JsonNode catalog = new ObjectMapper()
                    .readTree(SettingsCheckTest.class.getResource("/META-INF/io/github/dtstream/" + page + ".json"));
            catalog.path("componentProperties").properties().forEach(option -> {
                if (option.getValue().path("secret").asBoolean()) {
                    secret.add("camel.component." + component + "." + option.getKey());
                }
            });
        }
        assertThat(Secrets.OPTIONS).isEqualTo(secret);
    }
}
