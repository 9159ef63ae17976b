package io.github.dtstream.journal.segment;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.FaultyStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A journal's folder in which a test writes each segment itself. */
public final class TestSegments {
    /** The time of receipt of record 0; each later one comes a second later. */
    public static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    public static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    /** The storage of all files, with faults on request. */
    final FaultyStorage storage = new FaultyStorage();

    final CorruptRecords corrupt;
    final Path folder;
    private final Path rejected;

    TestSegments(Path root) throws IOException {
        folder = Files.createDirectories(root.resolve("segments"));
        rejected = root.resolve("rejected");
        corrupt = new CorruptRecords(new RejectFile(rejected, 1 << 20, Clock.fixed(START, ZoneOffset.UTC)));
    }

    /** Writes a segment with these lines. */
    Segment segment(long first, LocalDate day, byte[]... lines) throws IOException {
        Segment segment = new Segment(folder, first, day);
        byte[] content = joined(lines);
        Files.write(segment.path(), content);
        segment.durable(content.length);
        return segment;
    }

    /** Writes a segment of records with numbers from one to another. */
    Segment numbered(long from, long to) throws IOException {
        return segment(
                from,
                DAY,
                LongStream.rangeClosed(from, to).mapToObj(TestSegments::line).toArray(byte[][]::new));
    }

    Segments segments(Segment... all) {
        return new Segments(List.of(all));
    }

    Recovery recovery() {
        return new Recovery(storage, corrupt, Events::decode);
    }

    RecordReader reader(Segments segments) {
        return new RecordReader(segments, storage, Events::decode, corrupt);
    }

    /** The rejected records, one per line. */
    String rejected() throws IOException {
        if (!Files.exists(rejected)) {
            return "";
        }
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(rejected)) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    public static byte[] line(long sequence) {
        return line(sequence, START.plusSeconds(sequence));
    }

    public static byte[] line(long sequence, Instant received) {
        return line(record(sequence, received, Source.LIVE, Events.event("event" + sequence)));
    }

    public static byte[] line(JournalRecord record) {
        Chunk chunk = new Chunk(0);
        chunk.add(record, new RecordEncoder());
        return Arrays.copyOf(chunk.bytes(), chunk.length());
    }

    public static JournalRecord record(long sequence) {
        return record(sequence, START.plusSeconds(sequence), Source.LIVE, Events.event("event" + sequence));
    }

    public static JournalRecord record(long sequence, Instant received, Source source, Event event) {
        return new JournalRecord(sequence, received, source, event);
    }

    /** A chunk of records with numbers from one to another. */
    public static Chunk chunk(LocalDate day, long from, long to) {
        Chunk chunk = new Chunk(day.toEpochDay());
        LongStream.rangeClosed(from, to).forEach(number -> chunk.add(record(number), new RecordEncoder()));
        return chunk;
    }

    /** The line with one byte of its event changed. */
    static byte[] spoiled(byte[] line) {
        byte[] changed = line.clone();
        changed[line.length - 10]++;
        return changed;
    }

    static byte[] cutShort(byte[] line, int by) {
        return Arrays.copyOf(line, line.length - by);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] joined(byte[]... lines) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            content.writeBytes(line);
        }
        return content.toByteArray();
    }

    static List<Long> numbers(Batch batch) {
        return batch.records().stream().map(JournalRecord::sequence).toList();
    }

    static List<Long> range(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(number -> (long) number).toList();
    }

    static Position begin(long sequence) {
        return Position.before(sequence);
    }
}
