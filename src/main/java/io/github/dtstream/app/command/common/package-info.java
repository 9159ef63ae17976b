/**
 * What several commands share: options, the client of a running router, temporary folders, and the messages of
 * failures.
 *
 * <p>Threads: the main thread; and the two of {@code ForegroundRun}, which stop a router or the process.
 */
@NullMarked
package io.github.dtstream.app.command.common;

import org.jspecify.annotations.NullMarked;
