/**
 * One seam to the disk, {@code Storage}: who keeps something that must survive a crash does it through this, and a test passes
 * a storage whose operations fail one by one. Upon it, files that are replaced in one step; beside it, files that only their
 * owner reads, locks on folders, and the syncs that make a name survive a power cut.
 *
 * <p>Threads: those of whoever calls; nothing here has a lock of its own.
 */
@NullMarked
package io.github.dtstream.storage;

import org.jspecify.annotations.NullMarked;
