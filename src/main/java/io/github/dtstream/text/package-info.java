/** What messages to people need; depends on nothing. */
@NullMarked
package io.github.dtstream.text;

import org.jspecify.annotations.NullMarked;
