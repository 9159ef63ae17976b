/**
 * The client of the cloud's API, and the stream's call. They use {@code cloud.http}: one HTTP transport; {@code
 * cloud.token}: credentials and access tokens; {@code cloud.api}: the REST API; and {@code cloud.fault}: what an answer
 * or a failure means.
 *
 * <p>Threads: any. A {@code StreamCall} belongs to the thread that reads it; another thread may end it.
 */
@NullMarked
package io.github.dtstream.cloud;

import org.jspecify.annotations.NullMarked;
