/**
 * The running application: Camel Main, the routes of a folder, what it shows by HTTP, and how it ends.
 *
 * <p>Threads: {@code Router#run} holds its caller; a shutdown hook and signals call {@code stop} from others.
 */
@NullMarked
package io.github.dtstream.app.router;

import org.jspecify.annotations.NullMarked;
