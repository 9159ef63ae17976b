/** The log: the layout of its lines, and the masking of secrets in them. */
@NullMarked
package io.github.dtstream.app.log;

import org.jspecify.annotations.NullMarked;
