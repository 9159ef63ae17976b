/**
 * The commands, a file each: some run routes in this process, others send requests to a running router. What several
 * commands share is in {@code app.command.common}.
 *
 * <p>Threads: the main thread.
 */
@NullMarked
package io.github.dtstream.app.command;

import org.jspecify.annotations.NullMarked;
