/**
 * The proof that no event is lost: the packaged router as a separate process, between a cloud that keeps a record of
 * its events and sinks that are read independently, while everything around it fails.
 */
@NullMarked
package io.github.dtstream.proof;

import org.jspecify.annotations.NullMarked;
