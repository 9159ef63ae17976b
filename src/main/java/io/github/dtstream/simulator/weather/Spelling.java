package io.github.dtstream.simulator.weather;

import java.util.Locale;

/** Writes constants for commands and their answers: in lower case, with hyphens. */
public final class Spelling {
    private Spelling() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
