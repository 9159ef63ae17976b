/**
 * The commands, a file each: those that run routes in this process, and those that ask a running router. What several share is in
 * {@code app.command.common}.
 *
 * <p>Threads: the one that {@code Main} began with.
 */
@NullMarked
package io.github.dtstream.app.command;

import org.jspecify.annotations.NullMarked;
