/**
 * The door to the cloud: the stream's call. What lies behind it: {@code cloud.http} one HTTP transport, {@code cloud.token}
 * credentials and access tokens, {@code cloud.api} the REST API, {@code cloud.fault} what an answer or failure means.
 *
 * <p>Threads: any; a {@code StreamCall} belongs to the thread that reads it, and may be closed by another.
 */
@NullMarked
package io.github.dtstream.cloud;

import org.jspecify.annotations.NullMarked;
