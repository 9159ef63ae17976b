/**
 * Pushed events, from Data Connectors, queues and files. A message is read and checked as a whole. Each of its events
 * is in the journal once, whichever way it came first. The sender gets an answer when they are on disk.
 * {@link io.github.dtstream.push.PushIntake} is the entry; a thread of its own does the work. The package does not
 * depend on Camel or HTTP.
 */
@NullMarked
package io.github.dtstream.push;

import org.jspecify.annotations.NullMarked;
