/** The Camel component dt-stream: batches of the journal as exchanges. */
@NullMarked
package io.github.dtstream.camel;

import org.jspecify.annotations.NullMarked;
