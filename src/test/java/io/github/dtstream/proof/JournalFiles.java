package io.github.dtstream.proof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The events in the router's journal, read from the files while the router writes them. Used by one thread. */
final class JournalFiles {
    private static final String BEFORE_ID = "\"eventId\":\"";

    private final Path segments;
    private final Map<Path, Long> read = new HashMap<>();
    private final Set<String> identifiers = new HashSet<>();

    JournalFiles(Path segments) {
        this.segments = segments;
    }

    /** The identifiers of all events that are there now. */
    Set<String> identifiers() throws IOException {
        if (Files.isDirectory(segments)) {
            try (Stream<Path> files = Files.list(segments)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    read.put(file, readOn(file, read.getOrDefault(file, 0L)));
                }
            }
        }
        return identifiers;
    }

    /** Reads complete lines from a position on; a line that a crash cut short is overwritten later, and read then. */
    private long readOn(Path path, long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.lastIndexOf('\n') + 1;
            text.substring(0, end).lines().forEach(this::add);
            return from + end;
        }
    }

    private void add(String line) {
        int place = line.indexOf(BEFORE_ID);
        int begin = place + BEFORE_ID.length();
        int end = line.indexOf('"', begin);
        if (place >= 0 && end > begin) {
            identifiers.add(line.substring(begin, end));
        }
    }
}
