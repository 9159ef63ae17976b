/**
 * What several commands share: options, the client of a running router, temporary folders, and what is said when one fails.
 *
 * <p>Threads: the one that {@code Main} began with; and {@code ForegroundRun}'s, which stop a router or the process.
 */
@NullMarked
package io.github.dtstream.app.command.common;

import org.jspecify.annotations.NullMarked;
