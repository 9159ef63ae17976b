/**
 * Appends of Camel's {@code file:} that a crash, a full disk or a failed exchange cannot tear: a file has complete
 * lines, and an append is complete or absent.
 *
 * <p>Owns the states of the files that are appended to: their length after the last successful append. Everything else
 * of {@code file:} is Camel's own.
 *
 * <p>Threads: those of the routes that write. Appends to one path wait for each other, under one of 64 locks, which the
 * path determines. It is held during the write, and no other lock is taken with it. The listener of torn lines is
 * called under it.
 */
@NullMarked
package io.github.dtstream.file;

import org.jspecify.annotations.NullMarked;
