/**
 * Events that others bring: Data Connectors, queues, files. A message is read and checked as a whole, its events stand in the
 * journal once, whatever way they came by before, and who brought it is told when they are on disk. {@link
 * io.github.dtstream.push.PushIntake} is where to enter; a thread of its own does all of that. It knows nothing of Camel or
 * HTTP.
 */
@NullMarked
package io.github.dtstream.push;

import org.jspecify.annotations.NullMarked;
