/** Health, metrics and lists on a loopback port. */
@NullMarked
package io.github.dtstream.management;

import org.jspecify.annotations.NullMarked;
