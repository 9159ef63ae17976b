package io.github.dtstream.simulator.weather;

import java.util.Locale;

/** How commands and their answers write a constant: in small letters, with hyphens. */
public final class Spelling {
    private Spelling() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
