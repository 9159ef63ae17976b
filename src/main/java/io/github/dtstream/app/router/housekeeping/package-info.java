/**
 * Housekeeping of the running application: the room on the disk, files of routes that are too old, memory that a burst took.
 *
 * <p>Threads: one, {@code housekeeping}; any thread may collect metrics. No locks.
 */
@NullMarked
package io.github.dtstream.app.router.housekeeping;

import org.jspecify.annotations.NullMarked;
