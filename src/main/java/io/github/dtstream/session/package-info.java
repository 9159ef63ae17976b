/** One stream's connections: retry, watchdog, planned hand-over. */
@NullMarked
package io.github.dtstream.session;

import org.jspecify.annotations.NullMarked;
