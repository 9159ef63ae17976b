/**
 * Keeps the running routes as the files say: notices edits, swaps what changed in one transaction, and takes back what does
 * not run.
 *
 * <p>Threads: one, {@code route-reloader}, owns everything but what {@code ReloadReporter} shows and {@code RouteOutcomes}
 * counts; each of these has a lock of its own, a leaf.
 */
@NullMarked
package io.github.dtstream.route.reload;

import org.jspecify.annotations.NullMarked;
