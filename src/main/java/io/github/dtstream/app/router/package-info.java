/**
 * The running application: Camel Main, the routes of a folder, what it serves by HTTP, and how it ends.
 *
 * <p>Threads: {@code Router#run} blocks its caller; a shutdown hook calls {@code stop} from another thread.
 */
@NullMarked
package io.github.dtstream.app.router;

import org.jspecify.annotations.NullMarked;
