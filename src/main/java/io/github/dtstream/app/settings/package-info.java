/**
 * Settings: where they come from, their values, and the check of both. No other package knows the name of a setting.
 *
 * <p>Threads: the starting thread reads the settings; a reload reads them again on its own thread. They are immutable
 * afterwards.
 */
@NullMarked
package io.github.dtstream.app.settings;

import org.jspecify.annotations.NullMarked;
