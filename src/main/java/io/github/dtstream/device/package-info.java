/** The known devices: names, types, labels. */
@NullMarked
package io.github.dtstream.device;

import org.jspecify.annotations.NullMarked;
