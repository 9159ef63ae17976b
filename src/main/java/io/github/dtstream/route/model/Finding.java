package io.github.dtstream.route.model;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a file of routes or tests. Immutable.
 *
 * @param file the file as a person would name it, relative to where the routes' directory was given
 * @param line where, from 1; 0 where the whole file is meant
 * @param column where, from 1; 0 where the whole file is meant
 * @param severity whether the files can be run with it
 * @param message what is wrong
 * @param hint what to write instead or where to look; null where there is nothing to add
 */
public record Finding(
        String file,
        int line,
        int column,
        Severity severity,
        String message,
        @Nullable String hint) {

    /** Whether routes with such a finding can be run. */
    public enum Severity {
        /** They cannot. */
        ERROR("error"),
        /** They can, but probably do something other than meant. */
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
