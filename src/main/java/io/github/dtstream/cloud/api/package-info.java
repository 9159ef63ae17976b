/**
 * The cloud's REST API: devices, history, pages, what a stream and a list are restricted to, and one budget of requests for
 * an account.
 *
 * <p>Threads: any; requests wait on their caller's thread.
 */
@NullMarked
package io.github.dtstream.cloud.api;

import org.jspecify.annotations.NullMarked;
