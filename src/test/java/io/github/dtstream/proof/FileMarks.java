package io.github.dtstream.proof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The ends of a folder's files at certain moments when nobody wrote to them. Used by one thread. */
final class FileMarks {
    private final Path folder;
    private final List<Map<String, Long>> marks = new ArrayList<>();

    FileMarks(Path folder) {
        this.folder = folder;
    }

    /** Notes the present end of each file, after its last newline, as anything after that will be cut off. */
    void set() throws IOException {
        Map<String, Long> ends = new HashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    ends.put(name(file), endOfLines(file));
                }
            }
        }
        marks.add(ends);
    }

    private static long endOfLines(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long end = file.length();
            while (end > 0) {
                file.seek(end - 1);
                if (file.read() == '\n') {
                    break;
                }
                end--;
            }
            return end;
        }
    }

    /** How many marks were set before a byte was written; a file that a mark does not have was created after it. */
    int before(Path file, long position) {
        int before = 0;
        for (Map<String, Long> ends : marks) {
            before += ends.getOrDefault(name(file), 0L) <= position ? 1 : 0;
        }
        return before;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
