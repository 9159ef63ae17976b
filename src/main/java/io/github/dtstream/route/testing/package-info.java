/**
 * The tests beside routes, and the dry run: routes with every sink replaced.
 *
 * <p>Threads: one runs a test; it collects deliveries from the threads of its routes.
 */
@NullMarked
package io.github.dtstream.route.testing;

import org.jspecify.annotations.NullMarked;
