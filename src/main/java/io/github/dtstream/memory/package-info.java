/** One memory budget for all holders of events, so that no burst takes more than the heap has. */
@NullMarked
package io.github.dtstream.memory;

import org.jspecify.annotations.NullMarked;
