/**
 * Access to the HTTP server: decisions by the head of a request. {@link io.github.dtstream.web.access.Guard} checks
 * each request before anything else does, and {@link io.github.dtstream.web.access.Lock} decides which need the
 * password or the token.
 */
@NullMarked
package io.github.dtstream.web.access;

import org.jspecify.annotations.NullMarked;
