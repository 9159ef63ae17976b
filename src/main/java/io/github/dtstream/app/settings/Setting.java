package io.github.dtstream.app.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of the router that users know by a {@code dt.} name. */
public enum Setting {
    PROJECT_ID(
            "dt.project-id",
            null,
            "dt-alarm.project",
            new SettingRule.Projects(),
            "the identifier of the project to stream, or several with commas between them"),
    KEY_ID(
            "dt.service-account-key-id",
            null,
            "dt-stream.serviceAccountKeyId",
            new SettingRule.Form(Pattern.compile("[^\\s@:/]+"), "it is the identifier of the key, letters and digits"),
            "the service account's key id"),
    SECRET(
            "dt.service-account-secret",
            null,
            "dt-stream.serviceAccountSecret",
            new SettingRule.Text(true),
            "the secret of that key"),
    EMAIL(
            "dt.service-account-email",
            null,
            "dt-stream.serviceAccountEmail",
            new SettingRule.Form(
                    Pattern.compile("[^\\s@]+@[^\\s@]+"),
                    "it is the service account's address, ….serviceaccount.d21s.com, and not your own"),
            "the service account's e-mail address; not needed with dt.auth=basic"),
    AUTH(
            "dt.auth",
            null,
            "dt-stream.auth",
            SettingRule.Choice.of("oauth2", "basic"),
            "oauth2 or basic; the default is oauth2 if the e-mail is set"),
    API_URL("dt.api-url", null, "dt-stream.apiUrl", new SettingRule.Address(), "the base of the cloud's REST API"),
    TOKEN_URL(
            "dt.token-url",
            null,
            "dt-stream.tokenUrl",
            new SettingRule.Address(),
            "where OAuth2 access tokens are issued"),
    STREAMING(
            "dt.streaming",
            null,
            "dt-stream.streaming",
            SettingRule.Choice.yesOrNo(),
            "whether the stream is held; without it events come by push alone, and no service account is needed"),
    DATA_CONNECTOR_SECRET(
            "dt.data-connector-secret",
            null,
            "dt-stream.signatureSecret",
            new SettingRule.Text(true),
            "the signature secret of the project's Data Connector (HTTP push); while it is changed, two with a space in between"),
    FORMAT(
            "dt.format",
            null,
            "dt-stream.format",
            SettingRule.Choice.of("application/json", "text/event-stream"),
            "application/json or text/event-stream"),
    PING_INTERVAL(
            "dt.ping-interval",
            null,
            "dt-stream.pingInterval",
            new SettingRule.Span(
                    Duration.ofSeconds(1), Duration.ofMinutes(5), "it must be a duration from 1s to 5m, such as 10s"),
            "how often the cloud sends a sign of life"),
    MAX_RETRIES(
            "dt.max-retries",
            null,
            "dt-stream.maxRetries",
            new SettingRule.Whole(-1, Integer.MAX_VALUE, "it must be a whole number, or -1 for no limit"),
            "how many attempts may fail in a row; -1 for no limit"),
    DATA_DIR(
            "dt.data-dir",
            "data",
            "dt-stream.dataDirectory",
            new SettingRule.Folder(),
            "where events, journal and gap ledger are kept"),
    JOURNAL(
            "dt.journal",
            "local",
            null,
            SettingRule.Choice.of("local", "kafka"),
            "local or kafka: whether journals are on this machine's disk, or in Kafka"),
    KAFKA_SERVERS(
            "dt.kafka.bootstrap-servers",
            null,
            null,
            new SettingRule.Form(
                    Pattern.compile("[^\\s,/@]+:\\d{1,5}(\\s*,\\s*[^\\s,/@]+:\\d{1,5})*"),
                    "it must be host:port of a broker, or several with commas between them"),
            "some brokers of the Kafka that journals are in, host:port with commas between them"),
    KAFKA_PREFIX(
            "dt.kafka.topic-prefix",
            "dt",
            null,
            new SettingRule.Form(
                    Pattern.compile("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*"),
                    "it must be of letters, digits, hyphens and underscores, with dots between them"),
            "the beginning of the names of the router's topics and transactional identifiers"),
    KAFKA_REPLICATION(
            "dt.kafka.replication",
            "3",
            null,
            new SettingRule.Whole(1, 9, "it must be a number of brokers from 1 to 9"),
            "on how many brokers each record is"),
    KAFKA_GROUP(
            "dt.kafka.group",
            null,
            null,
            new SettingRule.Form(
                    Pattern.compile("[A-Za-z0-9_-]{1,100}"), "it must be of letters, digits, hyphens and underscores"),
            "the group of routers that share streams; without one, this router has its streams to itself"),
    KAFKA_NODE(
            "dt.kafka.node",
            null,
            null,
            new SettingRule.Form(
                    Pattern.compile("[A-Za-z0-9._-]{1,100}"),
                    "it must be of letters, digits, hyphens, underscores and dots"),
            "what this router is called in its group; the machine's name by itself"),
    STANDBY(
            "dt.standby",
            "cold",
            null,
            SettingRule.Choice.of("cold", "hot"),
            "cold or hot: hot keeps a connection of this router's own for each stream that another one of the group holds"),
    EVENTS_RETENTION(
            "dt.events-retention",
            null,
            null,
            new SettingRule.Span(
                    Duration.ofDays(1),
                    Duration.ofDays(36_500),
                    "it must be a duration of at least 1d, such as 90d; without it nothing is deleted"),
            "for how long files are kept that routes append to in dt.data-dir; without it nothing is deleted"),
    RECONCILE_WINDOW(
            "dt.reconcile-window",
            null,
            "dt-stream.reconcileWindow",
            new SettingRule.Span(
                    Duration.ZERO,
                    Duration.ofDays(30),
                    "it must be a duration up to 30d, such as 6h, or 0 for not at all"),
            "how far back late events are looked for in history; 0 for not at all"),
    MQTT_URL("dt.mqtt-url", "", null, new SettingRule.Broker(), "the MQTT broker, tcp://host:1883 or ssl://host:8883"),
    MQTT_USER("dt.mqtt-user", null, "dt-mqtt.userName", new SettingRule.Text(false), "the user at the broker"),
    MQTT_PASSWORD("dt.mqtt-password", null, "dt-mqtt.password", new SettingRule.Text(true), "the user's password"),
    MQTT_LAST_VALUE(
            "dt.mqtt-last-value",
            "false",
            null,
            SettingRule.Choice.yesOrNo(),
            "whether the newest value of each topic is also kept at the broker, retained, on TOPIC/last"),
    ROUTE_FILES("dt.route.files", "true", null, SettingRule.Choice.yesOrNo(), "whether events go to files"),
    ROUTE_LOG("dt.route.log", "true", null, SettingRule.Choice.yesOrNo(), "whether events go to the log"),
    ROUTE_MQTT(
            "dt.route.mqtt",
            null,
            null,
            SettingRule.Choice.yesOrNo(),
            "whether events go to MQTT; the default is whether dt.mqtt-url is set"),
    ROUTE_DATA_CONNECTOR(
            "dt.route.data-connector",
            null,
            null,
            SettingRule.Choice.yesOrNo(),
            "whether a Data Connector may push events; the default is whether dt.data-connector-secret is set"),
    HTTP_PORT(
            "dt.http-port",
            "8080",
            null,
            new SettingRule.Whole(0, 65_535, "it must be a port from 1 to 65535, or 0 for any free one"),
            "the port of the page, health and metrics; 0 for any free one"),
    HTTP_HOST(
            "dt.http-host",
            "127.0.0.1",
            null,
            new SettingRule.Form(
                    Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9a-fA-F:.]{2,45}"),
                    "it must be a name or an address of this machine, or 0.0.0.0 for all of them"),
            "the address of that port; elsewhere than on loopback it needs a password and TLS"),
    HTTP_PASSWORD_HASH(
            "dt.http-password-hash",
            null,
            null,
            new SettingRule.Hash(),
            "what the command password prints, for whoever asks from elsewhere"),
    HTTP_BEHIND_PROXY(
            "dt.http-behind-proxy",
            "false",
            null,
            SettingRule.Choice.yesOrNo(),
            "whether a proxy with TLS is in front of the HTTP port"),
    HTTP_NAMES(
            "dt.http-names",
            null,
            null,
            new SettingRule.Form(
                    Pattern.compile("[A-Za-z0-9._-]+(\\s*,\\s*[A-Za-z0-9._-]+)*"),
                    "it must be names such as router.example.com, with commas between them"),
            "further names under which the HTTP port answers"),
    HTTP_PUBLIC_PATHS(
            "dt.http-public-paths",
            null,
            null,
            new SettingRule.Form(
                    Pattern.compile("/[\\w.~-]+(/[\\w.~-]+)*(/\\*)?(\\s*,\\s*/[\\w.~-]+(/[\\w.~-]+)*(/\\*)?)*"),
                    "it must be paths such as /hook or /hooks/*, with commas between them"),
            "paths of platform-http routes that need no password, as they check signatures themselves"),
    RELOAD(
            "dt.reload",
            "true",
            null,
            SettingRule.Choice.yesOrNo(),
            "whether changes in routes/ take effect while events flow"),
    RELOAD_TESTS(
            "dt.reload-tests",
            "false",
            null,
            SettingRule.Choice.yesOrNo(),
            "whether the tests beside the routes must pass before a change is taken"),
    DEVICE_METRICS(
            "dt.device-metrics",
            "0",
            null,
            new SettingRule.Whole(0, 100_000, "it must be a number of devices up to 100000, or 0 for none"),
            "of how many devices, at most, /metrics has the newest values, too; 0 for none"),
    LOG_LEVEL(
            "dt.log-level",
            "INFO",
            null,
            new SettingRule.Choice(List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"), true),
            "TRACE, DEBUG, INFO, WARN, ERROR or OFF"),
    LOG_FORMAT(
            "dt.log-format",
            "text",
            null,
            SettingRule.Choice.of("text", "json"),
            "whether a line of the log is text, or a JSON object with the names of the Elastic Common Schema");

    /** The suffix of the name of a setting that names a file. */
    static final String FILE = "-file";

    private final String key;
    private final @Nullable String defaultValue;
    private final @Nullable String componentOption;
    private final SettingRule rule;
    private final String description;

    Setting(
            String key,
            @Nullable String defaultValue,
            @Nullable String componentOption,
            SettingRule rule,
            String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.componentOption = componentOption;
        this.rule = rule;
        this.description = description;
    }

    /** The name in {@code application.properties}, and with {@code -D} on the command line. */
    public String key() {
        return key;
    }

    Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** The Camel component option that it sets, as {@code component.option}. */
    Optional<String> componentOption() {
        return Optional.ofNullable(componentOption);
    }

    /** The rule for its values. */
    SettingRule rule() {
        return rule;
    }

    /** Whether its value is secret. */
    boolean isSecret() {
        return rule instanceof SettingRule.Hash || (rule instanceof SettingRule.Text text && text.hidden());
    }

    String description() {
        return description;
    }

    /** The setting of that key, if it is one. */
    static Optional<Setting> of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /** The setting that sets the component option of a Camel key such as {@code camel.component.dt-stream.apiUrl}. */
    static Optional<Setting> ofOption(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.componentOption != null
                        && CamelKeys.same(CamelKeys.COMPONENT + setting.componentOption, key))
                .findFirst();
    }

    /** The name as an environment variable. */
    String environmentVariable() {
        return environmentVariable(key);
    }

    public static String environmentVariable(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }

    /** The keys of the settings that name the file of a secret setting. */
    public static List<String> fileKeys() {
        return Arrays.stream(values())
                .filter(Setting::isSecret)
                .map(setting -> setting.key + FILE)
                .toList();
    }

    /** The names of all settings of the router. */
    static List<String> names() {
        return Stream.concat(keys().stream(), fileKeys().stream()).toList();
    }
}
