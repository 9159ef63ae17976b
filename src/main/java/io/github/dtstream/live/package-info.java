/**
 * The data for the page: documents about the parts of a running router, and frames for viewers. It reads snapshots
 * only, and does nothing while there are no viewers or requests.
 *
 * <p>{@link io.github.dtstream.live.LiveData} is the entry. The requesting threads make documents; a thread that lives
 * while there are viewers makes frames.
 */
@NullMarked
package io.github.dtstream.live;

import org.jspecify.annotations.NullMarked;
