package io.github.dtstream.app.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that was written anywhere and may be meant for the router. Immutable.
 *
 * @param entries of the file, of the environment, and of the command line; of two with one key the later counts
 * @param strangers variables of the environment that look like the router's and set nothing, by name
 */
record SettingsText(List<Entry> entries, Map<String, String> strangers) {
    private static final List<String> OUR_VARIABLES =
            List.of("DT_", "CAMEL_COMPONENT_DT_STREAM_", "CAMEL_COMPONENT_DT_MQTT_");

    SettingsText {
        entries = List.copyOf(entries);
        strangers = Map.copyOf(strangers);
    }

    /**
     * One of them.
     *
     * @param value as it stands there
     * @param lost the character whose backslash vanishes when a properties file is read; empty text where none does
     */
    record Entry(String key, String value, SettingSource source, String lost) {
        static Entry given(String key, String value) {
            return new Entry(key, value, SettingSource.program(key), "");
        }
    }

    /**
     * Reads what there is.
     *
     * @throws ConfigurationException if the file is there and cannot be read
     */
    static SettingsText read(Path file, Map<String, String> environment, Properties system)
            throws ConfigurationException {
        List<Entry> entries = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(Setting.keys());
        for (PropertiesText.Entry entry : entries(file)) {
            SettingSource source = SettingSource.file(file.toString(), entry.key(), entry.line());
            entries.add(new Entry(entry.key(), entry.value(), source, entry.lost()));
            keys.add(entry.key());
        }
        Map<String, String> strangers = new TreeMap<>(environment);
        strangers
                .keySet()
                .removeIf(name -> OUR_VARIABLES.stream().noneMatch(name.toUpperCase(Locale.ROOT)::startsWith));
        for (String key : keys) {
            String variable = Setting.environmentVariable(key);
            String value = environment.get(variable);
            if (value != null) {
                entries.add(new Entry(key, value, SettingSource.environment(variable), ""));
                strangers.remove(variable);
            }
        }
        for (String key : new TreeSet<>(system.stringPropertyNames())) {
            if (key.startsWith("dt.") || key.startsWith("camel.") || keys.contains(key)) {
                entries.add(new Entry(key, system.getProperty(key), SettingSource.commandLine(key), ""));
            }
        }
        return new SettingsText(entries, strangers);
    }

    private static List<PropertiesText.Entry> entries(Path file) throws ConfigurationException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return PropertiesText.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " cannot be read: it is not UTF-8; save it as UTF-8");
        } catch (PropertiesText.MalformedException | IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e.getMessage());
        }
    }
}
