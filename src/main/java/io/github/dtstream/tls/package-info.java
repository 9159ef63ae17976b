/**
 * Keys and trusted certificates of Camel's parameters: key stores, or PEM files instead, read again for each use, so
 * that the next connection uses a renewed one. {@code TlsStores} changes parameters, and {@code RenewedTls} makes
 * contexts of them.
 *
 * <p>Threads: the callers'; only {@code RenewedTls} has a lock.
 */
@NullMarked
package io.github.dtstream.tls;

import org.jspecify.annotations.NullMarked;
