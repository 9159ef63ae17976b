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
 * Deletes files that routes append to when their time is over: the day that their name holds has ended by then, and nothing was
 * written to them since. Whatever else lies there stays, and no symbolic link is followed. Used by one thread.
 */
final class OldFiles {
    private final CrashSafeAppender appender;
    private final Path root;
    private final Set<String> others;
    private final Instant before;

    /**
     * @param root nothing outside of it is touched, nor a file that lies in it and not in a folder of its own
     * @param others names of folders in it that are not for routes
     * @param before the end of what is deleted
     */
    OldFiles(CrashSafeAppender appender, Path root, Set<String> others, Instant before) {
        this.appender = appender;
        this.root = root.toAbsolutePath().normalize();
        this.others = others;
        this.before = before;
    }

    /** Deletes what is old of the files that a route appends to. */
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
        // The root itself may be a link to where there is room.
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
