/** The application: settings, commands, Camel Main. */
@NullMarked
package io.github.dtstream.app;

import org.jspecify.annotations.NullMarked;
