/**
 * Hot standbys: a router that does not hold a stream keeps a session of its own to the cloud, and the newest of what it
 * receives in memory. When it has to take the stream over, it passes that on, and the session continues as the stream's.
 *
 * <p>Threads: the session's threads call {@code StreamFeed}; another thread makes it deliver. Locks: the turn of a {@code
 * StreamFeed}, held while records are passed on to the stream, which may block; under it, the monitor of the feed.
 */
@NullMarked
package io.github.dtstream.stream.standby;

import org.jspecify.annotations.NullMarked;
