/**
 * Credentials and the access tokens that they are exchanged for.
 *
 * <p>Threads: any; of those that ask at the same time, one makes the request, under the lock of {@code TokenSource}, a leaf.
 */
@NullMarked
package io.github.dtstream.cloud.token;

import org.jspecify.annotations.NullMarked;
