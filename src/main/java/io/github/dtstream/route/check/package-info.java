/**
 * Finds errors in routes without running them; a finding has line, column, and what to write instead. Also the schema
 * for editors.
 *
 * <p>Threads: the callers' threads; each check has its own context, which is never started.
 */
@NullMarked
package io.github.dtstream.route.check;

import org.jspecify.annotations.NullMarked;
