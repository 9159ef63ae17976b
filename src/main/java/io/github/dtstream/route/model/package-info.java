/**
 * Route files as their users wrote them: documents, the routes in them with line and column, findings, and loading chosen
 * routes into a context.
 *
 * <p>Threads: immutable, but for parsed documents, which belong to the thread that loads from them.
 */
@NullMarked
package io.github.dtstream.route.model;

import org.jspecify.annotations.NullMarked;
