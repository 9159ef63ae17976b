/**
 * What the page asks for: documents of the parts of a running router, and frames for those who look. It reads snapshots only, and
 * makes nothing while nobody looks.
 *
 * <p>One begins at {@link io.github.dtstream.live.LiveData}. Documents are made by the thread that asks; frames by a thread of its
 * own, which lives while there are viewers.
 */
@NullMarked
package io.github.dtstream.live;

import org.jspecify.annotations.NullMarked;
