/** What is known of the devices: names, types, labels. */
@NullMarked
package io.github.dtstream.device;

import org.jspecify.annotations.NullMarked;
