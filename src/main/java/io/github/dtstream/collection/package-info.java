/**
 * Collections of primitive values that are used for every event, where objects would be too slow or too large.
 *
 * <p>Threads: a collection belongs to its owner's thread or lock.
 */
@NullMarked
package io.github.dtstream.collection;

import org.jspecify.annotations.NullMarked;
