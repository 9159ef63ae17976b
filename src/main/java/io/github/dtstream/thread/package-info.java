/**
 * Threads whose failures are noticed. A thread that lives longer than a call is made by the {@link Supervisor}, with a
 * name and the consequence of its failure as half a sentence: {@code supervisor.thread("dt-stream-files", "route files
 * delivers nothing", AfterFailure.RESTART, delivery)}. {@code factory} does the same for code that needs a {@code
 * ThreadFactory}, {@code pool} for timers and short tasks, and {@code group} for threads of one kind that come and go.
 * An Error or exception of the task is logged and shown by {@code /health/live}. Then the task is run again (it must
 * support that, and return at once when its part is stopped), or the process ends. A task that returns has ended as
 * intended. Components find the supervisor in Camel's registry. {@link ThreadEnd} waits for a thread to end, and
 * {@link Turns} for one of a few places.
 */
@NullMarked
package io.github.dtstream.thread;

import org.jspecify.annotations.NullMarked;
