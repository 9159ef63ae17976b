/** The domain: events as received; depends on nothing. */
@NullMarked
package io.github.dtstream.event;

import org.jspecify.annotations.NullMarked;
