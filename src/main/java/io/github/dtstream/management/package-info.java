/** Health, metrics, lists and jobs, as resources of the HTTP server. */
@NullMarked
package io.github.dtstream.management;

import org.jspecify.annotations.NullMarked;
