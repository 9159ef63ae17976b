package io.github.dtstream.app.settings;

import io.github.dtstream.text.Masking;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All properties for routes and components, from the file, systemd's credentials, the environment and the command line;
 * the later of these wins. Immutable. {@link SettingsCheck} finds errors in them.
 */
public final class Settings {
    /** Set here, as the component's own default need not be inside the router's data folder. */
    private static final String MQTT_STATE = "dt-mqtt.stateDirectory";

    /**
     * A placeholder for paths that users do not set: a folder per project if there are several projects, else empty.
     */
    private static final String PROJECT_FOLDER = "dt.project-folder";

    private static final Pattern QUOTED = Pattern.compile("(?i)(?:password|secret)\\s*=\\s*[\"']([^\"']+)[\"']");

    /** The values by key; only secrets keep spaces at their ends. */
    private final Map<String, String> values;

    private final SettingsText text;

    private Settings(SettingsText text) {
        Map<String, String> last = new TreeMap<>();
        for (SettingsText.Entry entry : text.entries()) {
            boolean literal = Secrets.holds(entry.key());
            last.put(entry.key(), literal ? entry.value() : entry.value().trim());
        }
        this.values = Map.copyOf(last);
        this.text = text;
    }

    /**
     * Reads the settings.
     *
     * @param file {@code application.properties}; may be absent
     * @param environment the process's environment variables
     * @param system the JVM's system properties
     * @throws ConfigurationException if the file is there and cannot be read
     */
    static Settings load(Path file, Map<String, String> environment, Properties system) throws ConfigurationException {
        return new Settings(SettingsText.read(file, environment, system));
    }

    /** Settings with the given values and no others. */
    public static Settings of(Map<String, String> values) {
        return new Settings(SettingsText.given().with(values));
    }

    /** The settings of this process, in the folder that it was started in. */
    public static Settings here() throws ConfigurationException {
        return load(Path.of("application.properties"), System.getenv(), System.getProperties());
    }

    /** The same settings with others on top. */
    public Settings with(Map<String, String> overrides) {
        return new Settings(text.with(overrides));
    }

    /** The value or the default; empty text if there is neither. */
    public String get(Setting setting) {
        String value = values.get(setting.key());
        return value == null || value.isEmpty()
                ? setting.defaultValue().orElse("")
                : setting.rule().canonical(value);
    }

    /** For how long files that routes append to are kept; empty if for ever. */
    public Optional<Duration> eventsRetention() {
        String value = get(Setting.EVENTS_RETENTION);
        return value.isEmpty() ? Optional.empty() : SettingRule.Span.parse(value);
    }

    /** Whether it is set; a default does not count. */
    public boolean has(Setting setting) {
        return !values.getOrDefault(setting.key(), "").isEmpty();
    }

    /** The value of a Camel key in any spelling that Camel accepts; empty if there is none. */
    Optional<String> camel(String key) {
        return values.entrySet().stream()
                .filter(each ->
                        CamelKeys.same(each.getKey(), key) && !each.getValue().isEmpty())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * Requires the settings that a running router needs.
     *
     * @throws ConfigurationException if any is missing; the message names all that are
     */
    public void requireToRun() throws ConfigurationException {
        boolean namesAccount = has(Setting.KEY_ID) || has(Setting.SECRET) || has(Setting.EMAIL);
        boolean needsOne = accounts().isEmpty() && !get(Setting.STREAMING).equals("false");
        require(namesAccount || needsOne);
    }

    /**
     * Requires the settings that are needed to ask the cloud.
     *
     * @throws ConfigurationException if any is missing; the message names all that are
     */
    public void requireCredentials() throws ConfigurationException {
        // With named accounts, the project decides later which one is used.
        require(accounts().isEmpty());
    }

    private void require(boolean account) throws ConfigurationException {
        List<Setting> missing = new ArrayList<>();
        for (Setting setting :
                account ? List.of(Setting.PROJECT_ID, Setting.KEY_ID, Setting.SECRET) : List.of(Setting.PROJECT_ID)) {
            if (get(setting).isEmpty()) {
                missing.add(setting);
            }
        }
        if (account && get(Setting.EMAIL).isEmpty() && !get(Setting.AUTH).equals("basic")) {
            missing.add(Setting.EMAIL);
        }
        if (!missing.isEmpty()) {
            throw new ConfigurationException(missingMessage(missing));
        }
    }

    private static String missingMessage(List<Setting> missing) {
        StringBuilder message = new StringBuilder("These settings are missing:\n");
        int width = missing.stream()
                .mapToInt(setting -> setting.key().length())
                .max()
                .orElse(0);
        for (Setting setting : missing) {
            message.append(String.format("  %-" + width + "s  %s%n", setting.key(), setting.description()));
        }
        return message.append("Set them in application.properties, as environment variables (")
                .append(missing.get(0).environmentVariable())
                .append("),\nor with -D")
                .append(missing.get(0).key())
                .append("=… before -jar.\n")
                .append("A service account is made in DT Studio under API Integrations, Service Accounts;\n")
                .append("it needs a role in the project.\n")
                .append("To look around without one: java -jar dt-stream-router.jar demo")
                .toString();
    }

    /**
     * A service account that has a name.
     *
     * @param email empty text if it has none
     * @param auth empty text if it is not set
     */
    public record Account(String keyId, String secret, String email, String auth, List<String> projects) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Account[" + keyId + ", projects=" + projects + "]";
        }
    }

    /** The service accounts that have names, by name. */
    public Map<String, Account> accounts() {
        Map<String, Account> accounts = new TreeMap<>();
        for (String key : values.keySet()) {
            AccountKey.of(key).ifPresent(found -> accounts.computeIfAbsent(found.account(), this::account));
        }
        return accounts;
    }

    private Account account(String name) {
        String projects = get(name, AccountKey.Part.PROJECTS);
        return new Account(
                get(name, AccountKey.Part.KEY_ID),
                get(name, AccountKey.Part.SECRET),
                get(name, AccountKey.Part.EMAIL),
                get(name, AccountKey.Part.AUTH),
                projects.isEmpty() ? List.of() : List.of(projects.split(",")));
    }

    private String get(String account, AccountKey.Part part) {
        String value = values.getOrDefault(new AccountKey(account, part).key(), "");
        return value.isEmpty() ? "" : part.like().rule().canonical(value);
    }

    /** Whether journals are in Kafka. */
    public boolean isJournalInKafka() {
        return get(Setting.JOURNAL).equals("kafka");
    }

    /** What every client of Kafka is told, as Kafka names it: where it is, and security. */
    public Map<String, String> kafkaClient() {
        Map<String, String> client = new TreeMap<>();
        values.forEach((key, value) ->
                KafkaKey.of(key).filter(one -> !value.isEmpty()).ifPresent(one -> client.put(one.name(), value)));
        client.put("bootstrap.servers", get(Setting.KAFKA_SERVERS));
        return client;
    }

    /** Everything that was written, including entries that another one overrides. */
    SettingsText text() {
        return text;
    }

    /** The {@code camel.} properties, in whose values Camel resolves placeholders; {@link #literals} has the others. */
    public Properties forCamel() {
        Properties properties = new Properties();
        values.forEach((key, value) -> {
            if (key.startsWith("camel.") && !isLiteral(key, value) && !HttpSettings.concerns(key)) {
                properties.setProperty(key, value);
            }
        });
        return properties;
    }

    /**
     * The component options that our settings set, and the secret options of our components, by
     * {@code component.option}. Their values are used without interpretation. An option that is set by its own Camel
     * key wins.
     */
    public Map<String, String> literals() {
        Map<String, String> literals = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            String value = get(setting);
            setting.componentOption()
                    .filter(option -> !value.isEmpty() && !isSet(CamelKeys.COMPONENT + option))
                    .ifPresent(option -> literals.put(option, value));
        }
        if (!isSet(CamelKeys.COMPONENT + MQTT_STATE)) {
            literals.put(
                    MQTT_STATE, Path.of(get(Setting.DATA_DIR)).resolve("mqtt").toString());
        }
        values.forEach((key, value) -> {
            if (isLiteral(key, value)) {
                literals.put(key.substring(CamelKeys.COMPONENT.length()), value);
            }
        });
        return literals;
    }

    private boolean isSet(String camelKey) {
        return values.keySet().stream().anyMatch(key -> CamelKeys.same(key, camelKey));
    }

    /**
     * Whether an option's value is used without interpretation. A secret that consists of one placeholder is still
     * looked up.
     */
    private boolean isLiteral(String key, String value) {
        return key.startsWith(CamelKeys.COMPONENT) && Secrets.holds(key) && !Secrets.isLookup(value, values.keySet());
    }

    /** The values of placeholders in routes: all settings but the secrets, which no route needs. */
    public Map<String, String> forRoutes() {
        Map<String, String> properties = new TreeMap<>(values);
        for (Setting setting : Setting.values()) {
            properties.put(setting.key(), get(setting));
        }
        properties.put(PROJECT_FOLDER, get(Setting.PROJECT_ID).contains(",") ? "${header.DtProjectId}/" : "");
        runIfSet(Setting.ROUTE_MQTT, Setting.MQTT_URL, properties);
        runIfSet(Setting.ROUTE_DATA_CONNECTOR, Setting.DATA_CONNECTOR_SECRET, properties);
        properties.keySet().removeIf(key -> key.startsWith("camel.") || Secrets.holds(key));
        return properties;
    }

    private void runIfSet(Setting route, Setting needed, Map<String, String> properties) {
        if (get(route).isEmpty()) {
            properties.put(route.key(), String.valueOf(!get(needed).isBlank()));
        }
    }

    /** Adds all secrets among the settings to the masking. */
    public void hideSecrets(Masking masking) {
        SecretValues.hide(values, masking);
        masking.add(List.of(get(Setting.DATA_CONNECTOR_SECRET).split(" ")));
        masking.addCredentials(get(Setting.KEY_ID), get(Setting.SECRET));
        accounts().values().forEach(account -> masking.addCredentials(account.keyId(), account.secret()));
        values.forEach((key, value) -> {
            if (KafkaKey.of(key).filter(KafkaKey::isSecret).isPresent()) {
                masking.add(List.of(value));
                // The password in sasl.jaas.config alone, too, as failures may tell of it.
                QUOTED.matcher(value).results().forEach(quoted -> masking.add(List.of(quoted.group(1))));
            }
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && settings.values.equals(values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }

    /** Names only: values may be secret. */
    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
