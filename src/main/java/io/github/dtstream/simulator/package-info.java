/**
 * A simulator of the vendor's cloud on a loopback port: token endpoint, event stream, devices, history, emulator, and
 * faults on request. Used by the {@code demo} command and by the tests.
 */
@NullMarked
package io.github.dtstream.simulator;

import org.jspecify.annotations.NullMarked;
