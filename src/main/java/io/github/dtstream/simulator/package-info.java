/**
 * A simulator of the vendor's cloud on a loopback port: token endpoint, event stream, devices, history, emulator, and
 * faults on request. Used by the {@code demo} command and by the tests.
 *
 * <p>Threads: one for each request, or each stream while it is open; those of {@code Production}, which make devices
 * send; any that sets a fault. Locks are taken in this order: {@code Production}; {@code Project}, which gives all
 * streams, the log and the history one order of events; then {@code Faults}, {@code EventLog} or {@code StreamHub};
 * then {@code Sky}.
 */
@NullMarked
package io.github.dtstream.simulator;

import org.jspecify.annotations.NullMarked;
