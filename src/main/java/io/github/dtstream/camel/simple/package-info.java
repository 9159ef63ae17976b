/**
 * Camel's language simple, with faster forms for what routes evaluate for each event. It has no threads, and no state
 * but compiled expressions.
 */
@NullMarked
package io.github.dtstream.camel.simple;

import org.jspecify.annotations.NullMarked;
