package io.github.dtstream.app.settings;

import io.github.dtstream.route.model.Finding;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All entries, from all places, that may be meant for the router. Immutable.
 *
 * @param entries of the file, of systemd's credentials, of the environment, and of the command line; of two with the
 *     same key the later counts. An entry that named a file has been replaced by the secret in that file.
 * @param strangers environment variables that look like the router's and set nothing; values by name
 * @param findings errors in the files of secrets
 */
record SettingsText(List<Entry> entries, Map<String, String> strangers, List<Finding> findings) {
    /** Set by systemd for a unit with {@code LoadCredential}. */
    private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

    private static final List<String> OUR_VARIABLES =
            List.of("DT_", "CAMEL_COMPONENT_DT_STREAM_", "CAMEL_COMPONENT_DT_MQTT_");

    SettingsText {
        entries = List.copyOf(entries);
        strangers = Map.copyOf(strangers);
        findings = List.copyOf(findings);
    }

    /** No settings, from no place. */
    static SettingsText given() {
        return new SettingsText(List.of(), Map.of(), List.of());
    }

    /** These settings, with others that override them. */
    SettingsText with(Map<String, String> overrides) {
        List<Entry> all = new ArrayList<>(entries);
        overrides.forEach((key, value) -> all.add(Entry.given(key, value)));
        return new SettingsText(all, strangers, findings);
    }

    /**
     * One entry.
     *
     * @param value as it was written
     * @param lost the character whose backslash is dropped when a properties file is read; empty text if none is
     */
    record Entry(String key, String value, SettingSource source, String lost) {
        static Entry given(String key, String value) {
            return new Entry(key, value, SettingSource.program(key), "");
        }
    }

    /**
     * Reads all places.
     *
     * @throws ConfigurationException if the file is there and cannot be read
     */
    static SettingsText read(Path file, Map<String, String> environment, Properties system)
            throws ConfigurationException {
        List<Finding> findings = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(Setting.names());
        List<Entry> inFile = new ArrayList<>();
        for (PropertiesText.Entry entry : entries(file)) {
            SettingSource source = SettingSource.file(file.toString(), entry.key(), entry.line());
            inFile.add(new Entry(entry.key(), entry.value(), source, entry.lost()));
            keys.add(entry.key());
        }
        List<Entry> entries = new ArrayList<>(SecretFiles.resolved(inFile, findings));
        entries.addAll(credentials(environment, findings));
        Map<String, String> strangers = new TreeMap<>(environment);
        strangers
                .keySet()
                .removeIf(name -> OUR_VARIABLES.stream().noneMatch(name.toUpperCase(Locale.ROOT)::startsWith));
        List<Entry> inEnvironment = new ArrayList<>();
        for (String key : keys) {
            String variable = Setting.environmentVariable(key);
            String value = environment.get(variable);
            if (value != null) {
                inEnvironment.add(new Entry(key, value, SettingSource.environment(variable), ""));
                strangers.remove(variable);
            }
        }
        for (Map.Entry<String, String> variable : Map.copyOf(strangers).entrySet()) {
            ofFamily(variable.getKey()).ifPresent(key -> {
                SettingSource source = SettingSource.environment(variable.getKey());
                inEnvironment.add(new Entry(key, variable.getValue(), source, ""));
                strangers.remove(variable.getKey());
            });
        }
        entries.addAll(SecretFiles.resolved(inEnvironment, findings));
        List<Entry> onCommandLine = new ArrayList<>();
        for (String key : new TreeSet<>(system.stringPropertyNames())) {
            if (key.startsWith("dt.") || key.startsWith("camel.") || keys.contains(key)) {
                onCommandLine.add(new Entry(key, system.getProperty(key), SettingSource.commandLine(key), ""));
            }
        }
        entries.addAll(SecretFiles.resolved(onCommandLine, findings));
        return new SettingsText(entries, strangers, findings);
    }

    /** The key of a variable that belongs to settings whose names are not all known. */
    private static Optional<String> ofFamily(String variable) {
        return AccountKey.ofVariable(variable).or(() -> KafkaKey.ofVariable(variable));
    }

    /** Reads systemd's credentials: one that has the name of a setting is that setting. */
    private static List<Entry> credentials(Map<String, String> environment, List<Finding> findings) {
        List<Entry> credentials = new ArrayList<>();
        String folder = environment.get(CREDENTIALS);
        if (folder != null && !folder.isEmpty()) {
            for (Path file : files(Path.of(folder))) {
                String key = file.getFileName().toString();
                if (Setting.of(key).isPresent()
                        || AccountKey.of(key).isPresent()
                        || KafkaKey.of(key).isPresent()) {
                    SecretFiles.entry(key, file, SettingSource.credential(key), findings)
                            .ifPresent(credentials::add);
                }
            }
        }
        return credentials;
    }

    /** The files in the order of their names; none if the folder cannot be read. */
    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
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
