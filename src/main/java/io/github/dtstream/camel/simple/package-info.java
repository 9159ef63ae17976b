/** Camel's language simple, faster where routes ask it of each event. No threads, no state but what was compiled. */
@NullMarked
package io.github.dtstream.camel.simple;

import org.jspecify.annotations.NullMarked;
