package io.github.dtstream.app.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The key of a setting of a named service account, such as {@code dt.account.NAME.secret}. Immutable.
 *
 * @param account the account's name
 */
record AccountKey(String account, Part part) {
    static final String PREFIX = "dt.account.";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final int LONGEST = 32;

    /** The settings of an account. */
    enum Part {
        KEY_ID("key-id", Setting.KEY_ID),
        SECRET("secret", Setting.SECRET),
        EMAIL("email", Setting.EMAIL),
        AUTH("auth", Setting.AUTH),
        PROJECTS("projects", Setting.PROJECT_ID);

        private final String label;
        private final Setting like;

        Part(String label, Setting like) {
            this.label = label;
            this.like = like;
        }

        /** The setting of the account without a name that takes the same values. */
        Setting like() {
            return like;
        }
    }

    String key() {
        return PREFIX + account + "." + part.label;
    }

    boolean isSecret() {
        return part.like().isSecret();
    }

    /** Parses a key; empty if it is not the key of a named account. */
    static Optional<AccountKey> of(String key) {
        int dot = key.lastIndexOf('.');
        if (!key.startsWith(PREFIX) || dot < PREFIX.length()) {
            return Optional.empty();
        }
        String name = key.substring(PREFIX.length(), dot);
        return Arrays.stream(Part.values())
                .filter(part -> isName(name) && part.label.equals(key.substring(dot + 1)))
                .map(part -> new AccountKey(name, part))
                .findFirst();
    }

    private static boolean isName(String name) {
        return name.length() <= LONGEST && NAME.matcher(name).matches();
    }

    /** Whether a key is that of a named account's setting, or of the file that holds a secret one. */
    static boolean isKnown(String key) {
        boolean isFile = key.endsWith(Setting.FILE);
        Optional<AccountKey> found = of(isFile ? key.substring(0, key.length() - Setting.FILE.length()) : key);
        return found.filter(one -> !isFile || one.isSecret()).isPresent();
    }

    /** The key for an environment variable such as {@code DT_ACCOUNT_NAME_SECRET}; empty if the variable is another. */
    static Optional<String> ofVariable(String variable) {
        for (Part part : Part.values()) {
            for (String end : List.of(part.label, part.label + Setting.FILE)) {
                String suffix = "_" + Setting.environmentVariable(end);
                String prefix = Setting.environmentVariable(PREFIX);
                if (variable.startsWith(prefix)
                        && variable.endsWith(suffix)
                        && variable.length() > prefix.length() + suffix.length()) {
                    String name = variable.substring(prefix.length(), variable.length() - suffix.length());
                    String key = PREFIX + name.toLowerCase(Locale.ROOT).replace('_', '-') + "." + end;
                    if (isKnown(key)) {
                        return Optional.of(key);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The possible endings of a key, for messages. */
    static String labels() {
        return Arrays.stream(Part.values()).map(part -> part.label).collect(Collectors.joining(", "));
    }
}
