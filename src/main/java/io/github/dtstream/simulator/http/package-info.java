/**
 * The classes that endpoints share: requests and their parameters, errors, JSON, page tokens, access tokens, the rate
 * limit, and the record of requests.
 *
 * <p>Threads: a {@code Request} belongs to the thread of its exchange. {@code AccessTokens} and {@code RateLimit} have
 * a lock each, under which no other is taken; {@code RequestCounts} is thread-safe without a lock.
 */
@NullMarked
package io.github.dtstream.simulator.http;

import org.jspecify.annotations.NullMarked;
