/** The domain: events as received; depends only on {@code time}. */
@NullMarked
package io.github.dtstream.event;

import org.jspecify.annotations.NullMarked;
