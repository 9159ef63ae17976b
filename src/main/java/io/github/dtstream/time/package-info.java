/** Doors to time, so that tests need not wait. */
@NullMarked
package io.github.dtstream.time;

import org.jspecify.annotations.NullMarked;
