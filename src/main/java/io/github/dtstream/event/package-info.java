/** The domain: events as received; depends on nothing but {@code time}. */
@NullMarked
package io.github.dtstream.event;

import org.jspecify.annotations.NullMarked;
