/**
 * Threads that do not die in silence. Whoever needs one for longer than a call asks the {@link Supervisor} for it, with a
 * name and half a sentence that says what no longer happens without it: {@code supervisor.thread("dt-stream-files", "route
 * files delivers nothing", AfterFailure.RESTART, delivery)}; {@code factory} does the same for code that wants a
 * {@code ThreadFactory}, {@code pool} for timers and short tasks, and {@code group} for threads of one kind that come and go. An Error or exception that leaves the task is logged
 * and shown by {@code /health/live}; the task is then run again (it must bear that, and return at once when its part is
 * stopped), or the process ends. A task that returns has ended as intended. Components find the supervisor in Camel's
 * registry.
 */
@NullMarked
package io.github.dtstream.thread;

import org.jspecify.annotations.NullMarked;
