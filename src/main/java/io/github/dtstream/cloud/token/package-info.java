/**
 * Credentials, and the access tokens for which they are exchanged.
 *
 * <p>Threads: any. Of several threads that need a token, one makes the request, under the lock of {@code TokenSource};
 * no other lock is taken under it.
 */
@NullMarked
package io.github.dtstream.cloud.token;

import org.jspecify.annotations.NullMarked;
