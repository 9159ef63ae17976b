package io.github.dtstream.route.reload;

/** Gets the outcome of each edit. Called by the reloader's thread; must not block for long. */
@FunctionalInterface
public interface ReloadListener {
    /** The status has changed. */
    void changed(ReloadStatus status);
}
