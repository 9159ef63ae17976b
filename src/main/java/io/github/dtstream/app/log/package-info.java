/** The log: its form on the console, and what it must not show. */
@NullMarked
package io.github.dtstream.app.log;

import org.jspecify.annotations.NullMarked;
