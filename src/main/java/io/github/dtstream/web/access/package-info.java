/**
 * Who may ask the HTTP server: pure decisions on the head of a request. {@link io.github.dtstream.web.access.Guard} looks at each
 * before anything else does, and {@link io.github.dtstream.web.access.Lock} says who must show the password or the token.
 */
@NullMarked
package io.github.dtstream.web.access;

import org.jspecify.annotations.NullMarked;
