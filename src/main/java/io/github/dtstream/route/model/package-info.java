/**
 * Route files: documents, the routes in them with line and column, findings, and the loading of single routes into a
 * context.
 *
 * <p>Threads: all is immutable except parsed documents, which belong to the thread that loads from them.
 */
@NullMarked
package io.github.dtstream.route.model;

import org.jspecify.annotations.NullMarked;
