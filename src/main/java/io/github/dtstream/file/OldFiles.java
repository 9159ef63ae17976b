package io.github.dtstream.file;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes old files to which routes append: the day in their name has ended, and nothing was written to them since.
 * Other files are kept, and no symbolic link is followed. Used by one thread.
 */
final class OldFiles {
    private final CrashSafeAppender appender;
    private final Path root;
    private final Set<String> others;
    private final Instant before;

    /**
     * @param root nothing outside of this folder is deleted, nor a file directly in it
     * @param others names of folders in it that are not for routes
     * @param before files of days that ended before this are deleted
     */
    OldFiles(CrashSafeAppender appender, Path root, Set<String> others, Instant before) {
        this.appender = appender;
        this.root = root.toAbsolutePath().normalize();
        this.others = others;
        this.before = before;
    }

    /** Deletes the old files among those to which a route appends. */
    DeletedFiles delete(Path target, FileNames names) {
        Path folder = target.toAbsolutePath().normalize();
        try {
            return mayDeleteIn(folder) ? deleteIn(folder, names) : DeletedFiles.NONE;
        } catch (IOException e) {
            return DeletedFiles.failed(e);
        }
    }

    private boolean mayDeleteIn(Path folder) throws IOException {
        if (!folder.startsWith(root)
                || folder.equals(root)
                || others.contains(root.relativize(folder).getName(0).toString())) {
            return false;
        }
        // The root itself may be a link to another disk.
        return folder.toRealPath().equals(root.toRealPath().resolve(root.relativize(folder)));
    }

    private DeletedFiles deleteIn(Path folder, FileNames names) throws IOException {
        DeletedFiles[] all = {DeletedFiles.NONE};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                if (names.include(name) && isOver(name)) {
                    all[0] = all[0].plus(delete(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                all[0] = all[0].plus(DeletedFiles.failed(failure));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) {
                return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(visited, failure);
            }
        });
        return all[0];
    }

    private boolean isOver(String name) {
        return FileNames.day(name)
                .map(day -> day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant())
                .filter(end -> end.isAfter(before))
                .isEmpty();
    }

    private DeletedFiles delete(Path file) {
        try {
            Optional<Long> size = appender.deleteIfUnwrittenSince(file, before);
            return size.map(DeletedFiles::one).orElse(DeletedFiles.NONE);
        } catch (IOException e) {
            return DeletedFiles.failed(e);
        }
    }
}
