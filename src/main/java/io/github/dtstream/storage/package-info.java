/**
 * One seam to the disk: files that are replaced in one step, files that only their owner reads, locks on folders, and the
 * syncs that make a name survive a power cut. A test passes a storage whose operations fail one by one.
 *
 * <p>Threads: those of whoever calls; nothing here has a lock of its own.
 */
@NullMarked
package io.github.dtstream.storage;

import org.jspecify.annotations.NullMarked;
