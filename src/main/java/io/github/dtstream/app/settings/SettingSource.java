package io.github.dtstream.app.settings;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Where a setting was made.
 *
 * @param place the name of the place, with which findings begin
 * @param name the setting's name at that place
 * @param line the line of a file, from 1; 0 for other places
 */
record SettingSource(String place, String name, int line) {
    static SettingSource file(String file, String key, int line) {
        return new SettingSource(file, key, line);
    }

    static SettingSource environment(String variable) {
        return new SettingSource("environment", variable, 0);
    }

    /** A credential that systemd provides. */
    static SettingSource credential(String key) {
        return new SettingSource("credentials", key, 0);
    }

    static SettingSource commandLine(String key) {
        return new SettingSource("command line", "-D" + key, 0);
    }

    /** A setting that the program itself made. */
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
