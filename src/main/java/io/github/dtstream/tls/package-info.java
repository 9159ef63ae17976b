/**
 * Keys and trusted certificates as Camel's parameters name them: key stores, and PEM files in their place, read anew each time
 * they are used, so that one that was renewed on disk serves the next connection. {@code TlsStores} puts that into parameters,
 * {@code RenewedTls} makes contexts of them.
 *
 * <p>Threads: those of whoever calls; only {@code RenewedTls} has a lock.
 */
@NullMarked
package io.github.dtstream.tls;

import org.jspecify.annotations.NullMarked;
