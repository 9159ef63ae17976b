/** A TCP proxy with network faults on request, for any protocol. */
@NullMarked
package io.github.dtstream.faultproxy;

import org.jspecify.annotations.NullMarked;
