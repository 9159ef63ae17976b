/** Records that cannot be delivered: kept in files, listed, and sent again. */
@NullMarked
package io.github.dtstream.reject;

import org.jspecify.annotations.NullMarked;
