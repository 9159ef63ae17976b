/**
 * HTTP as this application uses it: one client, proxies, time limits for answers, encodings.
 *
 * <p>Threads: any.
 */
@NullMarked
package io.github.dtstream.cloud.http;

import org.jspecify.annotations.NullMarked;
