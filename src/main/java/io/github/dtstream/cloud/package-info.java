/**
 * The client of the cloud's API, and the stream's call. They are made of {@code cloud.http}: one HTTP transport, {@code
 * cloud.token}: credentials and access tokens, {@code cloud.api}: the REST API, and {@code cloud.fault}: what an answer or
 * failure means.
 *
 * <p>Threads: any; a {@code StreamCall} belongs to the thread that reads it, and may be closed by another.
 */
@NullMarked
package io.github.dtstream.cloud;

import org.jspecify.annotations.NullMarked;
