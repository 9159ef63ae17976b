package io.github.dtstream.app.settings;

import io.github.dtstream.app.settings.SettingsText.Entry;
import io.github.dtstream.route.model.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Secrets in files of their own, as Docker, Kubernetes and systemd provide them: the setting NAME-file names the file
 * that holds the setting NAME. Only one line break at the file's end is removed. Messages show the file's name, never
 * its content. Stateless.
 */
final class SecretFiles {
    /** Camel's own secrets that may be in files, too, beside those of our components. */
    private static final Set<String> OF_CAMEL = Set.of("camel.ssl.keystorePassword", "camel.ssl.trustStorePassword");

    private static final int MAX_BYTES = 64 * 1024;

    private SecretFiles() {}

    /** The setting whose value is in the file that this key names; empty if the key names no file. */
    static Optional<String> settingOf(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        if (lower.endsWith(Setting.FILE)) {
            return secret(key.substring(0, key.length() - Setting.FILE.length()));
        }
        return key.startsWith("camel.") && lower.endsWith("file")
                ? secret(key.substring(0, key.length() - "file".length()))
                : Optional.empty();
    }

    private static Optional<String> secret(String key) {
        return Secrets.holds(key) || OF_CAMEL.stream().anyMatch(one -> CamelKeys.same(one, key))
                ? Optional.of(key)
                : Optional.empty();
    }

    /**
     * Replaces each setting that names a file by the setting whose value the file holds.
     *
     * @param place the settings of one place: of the file, of the environment, or of the command line
     * @param findings takes the errors
     */
    static List<Entry> resolved(List<Entry> place, List<Finding> findings) {
        List<Entry> named = place.stream().filter(SecretFiles::namesFile).toList();
        if (named.isEmpty()) {
            return place;
        }
        List<Entry> all = new ArrayList<>();
        for (Entry entry : place) {
            if (namesFile(entry)) {
                of(entry, place, findings).ifPresent(all::add);
            } else if (!entry.value().isEmpty() || named.stream().noneMatch(other -> isFor(other, entry.key()))) {
                all.add(entry);
            }
        }
        return all;
    }

    private static boolean namesFile(Entry entry) {
        return settingOf(entry.key()).isPresent()
                && !entry.value().isBlank()
                && entry.lost().isEmpty();
    }

    private static boolean isFor(Entry named, String key) {
        return CamelKeys.same(settingOf(named.key()).orElse(""), key);
    }

    private static Optional<Entry> of(Entry named, List<Entry> place, List<Finding> findings) {
        String key = settingOf(named.key()).orElseThrow();
        Optional<Entry> other = place.stream()
                .filter(entry ->
                        CamelKeys.same(entry.key(), key) && !entry.value().isEmpty())
                .findFirst();
        if (other.isPresent()) {
            findings.add(named.source()
                    .error(other.get().source().name() + " and "
                            + named.source().name() + " are both set; remove one of them"));
            return Optional.empty();
        }
        try {
            return entry(key, Path.of(named.value().strip()), named.source(), findings);
        } catch (InvalidPathException e) {
            findings.add(named.source().error(named.source().name() + " is not the name of a file"));
            return Optional.empty();
        }
    }

    /**
     * The setting whose value the file holds; empty if the file cannot be used, which goes to the findings.
     *
     * @param source where the file was named
     */
    static Optional<Entry> entry(String key, Path file, SettingSource source, List<Finding> findings) {
        String name = source.name() + " (" + file + ")";
        try {
            String text = text(file);
            if (text.isEmpty()) {
                findings.add(source.error(name + " is empty: write the secret into the file"));
            } else if (!Secrets.holds(key) && text.contains("{{")) {
                findings.add(source.error(name + " holds {{, which Camel takes for something else: choose another"));
            } else {
                return Optional.of(new Entry(key, text, new SettingSource(source.place(), name, source.line()), ""));
            }
        } catch (CharacterCodingException e) {
            findings.add(source.error(name + " is not UTF-8: save it as UTF-8"));
        } catch (IOException e) {
            findings.add(source.error(name + " cannot be read: " + why(file, e)));
        }
        return Optional.empty();
    }

    private static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder; name the file in it");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it is larger than 64 KB, so that it is not what was meant; name another");
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toString();
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static String why(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file"
                    + (file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath());
        }
        if (failure instanceof AccessDeniedException) {
            return "the user that runs the router (" + System.getProperty("user.name")
                    + ") may not read it: give that user the permission";
        }
        return String.valueOf(failure.getMessage());
    }
}
