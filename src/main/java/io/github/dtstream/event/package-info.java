/** The domain: events as received; depends on nothing but {@code text}. */
@NullMarked
package io.github.dtstream.event;

import org.jspecify.annotations.NullMarked;
