/**
 * The running application: Camel Main, what it serves by HTTP, and how it starts and ends.
 *
 * <p>Threads: {@code Router#run} blocks its caller; a shutdown hook calls {@code stop} from another thread.
 */
@NullMarked
package io.github.dtstream.app.router;

import org.jspecify.annotations.NullMarked;
