package io.github.dtstream.app;

import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Every property that routes and components see, from the file, the environment and the command line, the later of them
 * winning. Immutable.
 */
final class Settings {
    private static final List<String> LOG_LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

    private static final Pattern BAD_ESCAPE = Pattern.compile("(?<!\\\\)(\\\\{2})*\\\\u(?![0-9A-Fa-f]{4})");

    private final Map<String, String> values;
    private final List<String> unknown;

    private Settings(Map<String, String> values, List<String> unknown) {
        this.values = Map.copyOf(values);
        this.unknown = List.copyOf(unknown);
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
        Map<String, String> values = new TreeMap<>();
        Properties fromFile = read(file);
        List<String> unknown = new ArrayList<>();
        for (String key : fromFile.stringPropertyNames()) {
            values.put(key, fromFile.getProperty(key).trim());
            if (key.startsWith("dt.") && !Setting.keys().contains(key) && !key.startsWith("dt.route.")) {
                unknown.add(key);
            }
        }
        List<String> keys = new ArrayList<>(values.keySet());
        keys.addAll(Setting.keys());
        for (String key : keys) {
            String fromEnvironment = environment.get(Setting.environmentVariable(key));
            if (fromEnvironment != null) {
                values.put(key, fromEnvironment.trim());
            }
        }
        for (String key : system.stringPropertyNames()) {
            if (key.startsWith("dt.") || key.startsWith("camel.") || values.containsKey(key)) {
                values.put(key, system.getProperty(key).trim());
            }
        }
        unknown.sort(Comparator.naturalOrder());
        return new Settings(values, unknown);
    }

    /** Settings that are given as they are. */
    static Settings of(Map<String, String> values) {
        return new Settings(values, List.of());
    }

    /** The settings of this process, in the folder that it was started in. */
    static Settings here() throws ConfigurationException {
        return load(Path.of("application.properties"), System.getenv(), System.getProperties());
    }

    /**
     * The same once more, after the file has changed.
     *
     * @throws IllegalStateException if the file cannot be read now
     */
    static Settings hereAgain() {
        try {
            return here();
        } catch (ConfigurationException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static Properties read(Path file) throws ConfigurationException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (CharacterCodingException e) {
                throw new ConfigurationException(file + " cannot be read: it is not UTF-8; save it as UTF-8");
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(file + " cannot be read: " + badEscape(file)
                        + "a backslash with a u after it needs four hexadecimal digits; write the backslash twice");
            } catch (IOException e) {
                throw new ConfigurationException(file + " cannot be read: " + e.getMessage());
            }
        }
        return properties;
    }

    private static String badEscape(Path file) {
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (BAD_ESCAPE.matcher(line).find()) {
                    return "line " + number + ": ";
                }
            }
        } catch (IOException e) {
            // The line is left out.
        }
        return "";
    }

    /** The same settings with others on top. */
    Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(overrides);
        return new Settings(merged, unknown);
    }

    /** The value; empty text where there is none. */
    String get(Setting setting) {
        String value = values.get(setting.key());
        return value == null || value.isEmpty() ? setting.defaultValue().orElse("") : value;
    }

    /** Refuses to go on if something is missing that the stream needs, naming all of it. */
    void requireCredentials() throws ConfigurationException {
        List<Setting> missing = new ArrayList<>();
        for (Setting setting : List.of(Setting.PROJECT_ID, Setting.KEY_ID, Setting.SECRET)) {
            if (get(setting).isEmpty()) {
                missing.add(setting);
            }
        }
        if (get(Setting.EMAIL).isEmpty() && !get(Setting.AUTH).equals("basic")) {
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

    /** A sentence for each name in the file that looks like one of ours and is none, and for a level that is none. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (String key : unknown) {
            warnings.add("application.properties sets " + key + ", which the router does not know"
                    + NearestName.of(key, Setting.keys())
                            .map(nearest -> "; did you mean " + nearest + "?")
                            .orElse("; routes can use it as {{" + key + "}}"));
        }
        if (!LOG_LEVELS.contains(get(Setting.LOG_LEVEL).toUpperCase(Locale.ROOT))) {
            warnings.add("dt.log-level is '" + get(Setting.LOG_LEVEL) + "'; it can be " + String.join(", ", LOG_LEVELS)
                    + ". INFO is used");
        }
        return warnings;
    }

    /** What sets up Camel and its components: its own properties, and the component options that our settings stand for. */
    Properties forCamel() {
        Properties properties = new Properties();
        values.forEach((key, value) -> {
            if (key.startsWith("camel.")) {
                properties.setProperty(key, value);
            }
        });
        for (Setting setting : Setting.values()) {
            String value = get(setting);
            if (!value.isEmpty()) {
                setting.componentOption()
                        .ifPresent(option -> properties.putIfAbsent("camel.component." + option, value));
            }
        }
        return properties;
    }

    /** What placeholders in routes stand for: everything but the secrets, which no route needs to see. */
    Map<String, String> forRoutes() {
        Map<String, String> properties = new TreeMap<>(values);
        for (Setting setting : Setting.values()) {
            properties.putIfAbsent(setting.key(), setting.defaultValue().orElse(""));
        }
        if (get(Setting.ROUTE_MQTT).isEmpty()) {
            properties.put(
                    Setting.ROUTE_MQTT.key(),
                    String.valueOf(!get(Setting.MQTT_URL).isEmpty()));
        }
        properties.remove(Setting.SECRET.key());
        properties.remove(Setting.MQTT_PASSWORD.key());
        properties.keySet().removeIf(key -> key.startsWith("camel."));
        return properties;
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
