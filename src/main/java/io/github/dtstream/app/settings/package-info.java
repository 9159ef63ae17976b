/**
 * Settings: where they come from, what they may be, what is wrong with them. No other package knows what a setting is
 * called.
 *
 * <p>Threads: read once, by the one that starts; immutable afterwards.
 */
@NullMarked
package io.github.dtstream.app.settings;

import org.jspecify.annotations.NullMarked;
