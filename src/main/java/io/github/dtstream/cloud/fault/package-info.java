/**
 * The meaning of answers and failures: whether they are the cloud's own, whether they may pass, and how to explain
 * them. Pure.
 */
@NullMarked
package io.github.dtstream.cloud.fault;

import org.jspecify.annotations.NullMarked;
