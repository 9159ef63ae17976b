/**
 * Checks what the router depends on, from the network to the disk, and reports for each whether it works or what to
 * change. It changes nothing and keeps nothing: one stream is opened and ended, one message is published, one file is
 * written and deleted. Used by one thread; no locks.
 */
@NullMarked
package io.github.dtstream.doctor;

import org.jspecify.annotations.NullMarked;
