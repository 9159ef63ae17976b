/** Where records go that cannot be delivered. */
@NullMarked
package io.github.dtstream.reject;

import org.jspecify.annotations.NullMarked;
