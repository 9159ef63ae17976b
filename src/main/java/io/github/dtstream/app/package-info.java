/**
 * The entry point of the process. {@code app.command} has a file for each command, {@code app.router} assembles the
 * running application, {@code app.settings} alone knows the names of {@code dt.} settings, {@code app.log} configures
 * the log.
 */
@NullMarked
package io.github.dtstream.app;

import org.jspecify.annotations.NullMarked;
