/**
 * What the endpoints share: a request and its parameters, errors, JSON, page tokens, access tokens, the rate limit, and the
 * record of what was asked.
 *
 * <p>Threads: a {@code Request} belongs to the thread of its exchange. {@code AccessTokens} and {@code RateLimit} have a lock
 * each, leaves; {@code RequestCounts} is thread-safe without one.
 */
@NullMarked
package io.github.dtstream.simulator.http;

import org.jspecify.annotations.NullMarked;
