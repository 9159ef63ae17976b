/**
 * The only access to the disk, {@code Storage}: everything that must survive a crash is written through it, and a test
 * passes a storage whose operations fail one by one. Based on it are files that are replaced in one step. In addition
 * there are files that only their owner can read, locks of folders, and the syncs that make a name survive a power cut.
 *
 * <p>Threads: the callers'; nothing here has a lock of its own.
 */
@NullMarked
package io.github.dtstream.storage;

import org.jspecify.annotations.NullMarked;
