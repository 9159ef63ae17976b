/**
 * The cloud's REST API: devices, history, pages, the filters of streams and lists, and the budget of requests.
 *
 * <p>Threads: any; requests wait on their caller's thread.
 */
@NullMarked
package io.github.dtstream.cloud.api;

import org.jspecify.annotations.NullMarked;
