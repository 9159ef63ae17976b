/**
 * Where the process begins. {@code app.command} has a file for each command, {@code app.router} puts the running
 * application together, {@code app.settings} alone knows what {@code dt.} settings are called, {@code app.log} sets the log
 * up.
 */
@NullMarked
package io.github.dtstream.app;

import org.jspecify.annotations.NullMarked;
