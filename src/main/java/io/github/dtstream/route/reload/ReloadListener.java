package io.github.dtstream.route.reload;

/** Is told what becomes of edits. Called by the reloader's thread; must not block for long. */
@FunctionalInterface
public interface ReloadListener {
    /** The status is another one than before. */
    void changed(ReloadStatus status);
}
