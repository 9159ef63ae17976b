/**
 * Tests that lie beside routes, and the dry run: routes with every sink replaced.
 *
 * <p>Threads: one runs a test; deliveries are collected from the threads of its routes.
 */
@NullMarked
package io.github.dtstream.route.testing;

import org.jspecify.annotations.NullMarked;
