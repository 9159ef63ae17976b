/** Camel's {@code http:} and {@code https:}, so that an address arrives as it is written. */
@NullMarked
package io.github.dtstream.http;

import org.jspecify.annotations.NullMarked;
