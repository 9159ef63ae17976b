/** Bytes to events: framing and decoding, without I/O. */
@NullMarked
package io.github.dtstream.wire;

import org.jspecify.annotations.NullMarked;
