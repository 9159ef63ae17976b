package io.github.dtstream.app.settings;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Where a setting was made.
 *
 * @param place what a person calls it, as findings begin
 * @param name what the setting is called there
 * @param line in the file, from 1; 0 elsewhere
 */
record SettingSource(String place, String name, int line) {
    static SettingSource file(String file, String key, int line) {
        return new SettingSource(file, key, line);
    }

    static SettingSource environment(String variable) {
        return new SettingSource("environment", variable, 0);
    }

    /** One that systemd has handed over. */
    static SettingSource credential(String key) {
        return new SettingSource("credentials", key, 0);
    }

    static SettingSource commandLine(String key) {
        return new SettingSource("command line", "-D" + key, 0);
    }

    /** What the program itself has set. */
    static SettingSource program(String key) {
        return new SettingSource("settings", key, 0);
    }

    Finding error(String message) {
        return finding(Severity.ERROR, message, null);
    }

    Finding warning(String message, @Nullable String hint) {
        return finding(Severity.WARNING, message, hint);
    }

    private Finding finding(Severity severity, String message, @Nullable String hint) {
        return new Finding(place, line, line == 0 ? 0 : 1, severity, message, hint);
    }
}
