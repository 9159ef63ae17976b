package io.github.dtstream.reject;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the folder of the reject files. {@code DATE.ndjson} has the records. {@code DATE.settled} has a line for each
 * record that was sent again: the number of the record's line, and the outcome. Both files only grow, so a line's
 * number identifies it. Stateless; one line at a time is in memory, never a file.
 */
final class RejectFolder {
    static final Pattern FILE_NAME = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})\\.ndjson");
    private static final Pattern ID = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})-(\\d{1,9})");
    private static final String SETTLED = ".settled";

    private final JsonFactory json = new JsonFactory();
    private final Path directory;
    private final Storage storage;

    RejectFolder(Path directory, Storage storage) {
        this.directory = directory;
        this.storage = storage;
    }

    /** The files of records, oldest first. */
    List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(file ->
                            FILE_NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Deletes a file, together with the outcomes of its records. */
    void delete(Path file) throws IOException {
        Files.delete(file);
        forgetOutcomes(file);
    }

    /** Forgets the outcomes of a file that is not there any more, as they would be taken for those of its successor. */
    void forgetOutcomes(Path file) throws IOException {
        Files.deleteIfExists(settledBeside(file));
    }

    /**
     * Reads the records of a query, oldest first, until the consumer returns false.
     *
     * @throws IOException if the disk fails; a file that is deleted meanwhile is skipped
     */
    void scan(RejectQuery query, Predicate<Rejected> consumer) throws IOException {
        for (Path file : files()) {
            try {
                if (!scan(file, query, consumer)) {
                    return;
                }
            } catch (NoSuchFileException e) {
                // The file was deleted because of its age.
            }
        }
    }

    private boolean scan(Path file, RejectQuery query, Predicate<Rejected> consumer) throws IOException {
        Map<Integer, String> settled = settled(file);
        String date = file.getFileName().toString().replace(".ndjson", "");
        try (BufferedReader lines = reader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                Rejected rejected = parse(date + "-" + number, line, settled.getOrDefault(number, ""));
                if (rejected != null && query.matches(rejected) && !consumer.test(rejected)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Skips a line that a crash cut within a character; the lines after it count. */
    private static BufferedReader reader(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    /** Null if the line is torn, or is still being written. */
    private @Nullable Rejected parse(String id, String line, String settled) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(line)) {
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
                if (token == null) {
                    return null;
                }
                if (token == JsonToken.VALUE_STRING) {
                    fields.put(parser.currentName(), parser.getText());
                }
            }
            return new Rejected(
                    id,
                    Instant.parse(fields.getOrDefault("time", "")),
                    fields.getOrDefault("where", ""),
                    fields.getOrDefault("reason", ""),
                    fields,
                    fields.getOrDefault("record", ""),
                    settled);
        } catch (IOException | DateTimeException e) {
            return null;
        }
    }

    private static Map<Integer, String> settled(Path file) throws IOException {
        Map<Integer, String> settled = new HashMap<>();
        try (Stream<String> lines = Files.lines(settledBeside(file))) {
            lines.map(line -> line.split(" ", 3))
                    .filter(words -> words.length == 3 && words[0].matches("\\d{1,9}"))
                    .forEach(words -> settled.put(Integer.parseInt(words[0]), words[1].intern()));
        } catch (NoSuchFileException e) {
            // No record of that day was sent again.
        }
        return settled;
    }

    /**
     * Notes the outcome of a record, so that it is not sent again; the note is on disk when this returns. One caller at a
     * time.
     *
     * @param outcome one word
     */
    void settle(String id, String outcome, Clock clock) throws IOException {
        Matcher name = ID.matcher(id);
        if (!name.matches()) {
            throw new IllegalArgumentException("'" + id + "' names no rejected record");
        }
        Path settled = directory.resolve(name.group(1) + SETTLED);
        boolean isNew = !storage.exists(settled);
        byte[] note = ((isTorn(settled) ? "\n" : "") + name.group(2) + " " + outcome + " " + clock.instant() + "\n")
                .getBytes(StandardCharsets.UTF_8);
        try (Storage.OpenFile file = storage.openOrCreate(settled)) {
            file.write(note, 0, note.length, file.size());
            file.force();
        }
        if (isNew) {
            storage.syncDirectory(directory);
        }
    }

    /** Whether a crash or a full disk has left the last line without its line feed. */
    static boolean isTorn(Path path) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        try (RandomAccessFile existing = new RandomAccessFile(path.toFile(), "r")) {
            if (existing.length() == 0) {
                return false;
            }
            existing.seek(existing.length() - 1);
            return existing.read() != '\n';
        }
    }

    private static Path settledBeside(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".ndjson", SETTLED));
    }
}
