package io.github.dtstream.route.model;

import org.jspecify.annotations.Nullable;

/**
 * An error or a warning about a file of routes, alarm rules, tests or settings. Immutable.
 *
 * @param file the file's path in the form in which the user named its folder
 * @param line the line, from 1; 0 if it is about the whole file
 * @param column the column, from 1; 0 if it is about the whole file
 * @param severity whether the files can be used nevertheless
 * @param message what is wrong
 * @param hint what to write instead or where to look; null if there is nothing to add
 */
public record Finding(
        String file,
        int line,
        int column,
        Severity severity,
        String message,
        @Nullable String hint) {

    /** Whether files with such a finding can be used. */
    public enum Severity {
        /** They cannot. */
        ERROR("error"),
        /** They can, but they probably do not do what was meant. */
        WARNING("warning");

        private final String label;

        Severity(String label) {
            this.label = label;
        }

        /** The word in a printed finding. */
        public String label() {
            return label;
        }
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** One line in the form that editors and CI know: {@code file:line:column: severity: message; hint}. */
    @Override
    public String toString() {
        String where = line == 0 ? file : file + ":" + line + ":" + column;
        return where + ": " + severity.label() + ": " + message + (hint == null ? "" : "; " + hint);
    }
}
