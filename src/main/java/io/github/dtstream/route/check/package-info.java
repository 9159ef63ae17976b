/**
 * Says what is wrong with routes without running them, with line, column and what to write instead; the schema for editors.
 *
 * <p>Threads: those of whoever checks; each check has its own context, which is never started.
 */
@NullMarked
package io.github.dtstream.route.check;

import org.jspecify.annotations.NullMarked;
