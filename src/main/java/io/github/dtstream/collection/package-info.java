/**
 * Collections of primitive values, for what is asked at every event and would be too slow or too large as objects.
 *
 * <p>Threads: a collection belongs to the thread, or to the lock, of whoever made it.
 */
@NullMarked
package io.github.dtstream.collection;

import org.jspecify.annotations.NullMarked;
