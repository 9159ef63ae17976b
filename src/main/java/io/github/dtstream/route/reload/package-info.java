/**
 * Keeps the running routes equal to the files: notices edits, swaps what changed in one transaction, and rolls back
 * what does not run.
 *
 * <p>Threads: {@code route-reloader} owns everything except the status of {@code ReloadReporter}, which is volatile,
 * and the counts of {@code RouteOutcomes}, which have a lock of their own, a leaf.
 */
@NullMarked
package io.github.dtstream.route.reload;

import org.jspecify.annotations.NullMarked;
