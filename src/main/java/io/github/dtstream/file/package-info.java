/**
 * Appends of Camel's {@code file:} that a crash, a full disk or an exchange that fails cannot tear: a file holds whole lines,
 * and of an append all or nothing.
 *
 * <p>Owns what is known of the files that are appended to: how long each was after the last append that succeeded. All else of
 * {@code file:} is Camel's own.
 *
 * <p>Threads: any, those of the routes that write; there are none of its own. Appends to one path wait for each other, under
 * one of 64 locks that is chosen by the path and held while the disk is written to. An append takes one of them and no other
 * lock; the listener that is told of a torn line is called under it.
 */
@NullMarked
package io.github.dtstream.file;

import org.jspecify.annotations.NullMarked;
