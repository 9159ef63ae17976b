/** Texts for people; depends on nothing. */
@NullMarked
package io.github.dtstream.text;

import org.jspecify.annotations.NullMarked;
