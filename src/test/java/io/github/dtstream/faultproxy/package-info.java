/** A TCP proxy that lets networks misbehave on request; it knows nothing of what it carries. */
@NullMarked
package io.github.dtstream.faultproxy;

import org.jspecify.annotations.NullMarked;
