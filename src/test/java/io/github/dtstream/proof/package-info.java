/**
 * The proof that no event is lost: the packaged router as a process of its own, between a cloud that keeps a record of
 * what it produced and sinks that are read independently, while everything around it fails.
 */
@NullMarked
package io.github.dtstream.proof;

import org.jspecify.annotations.NullMarked;
