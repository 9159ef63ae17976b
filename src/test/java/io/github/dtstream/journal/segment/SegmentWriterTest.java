package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.START;
import static io.github.dtstream.journal.segment.TestSegments.chunk;
import static io.github.dtstream.journal.segment.TestSegments.joined;
import static io.github.dtstream.journal.segment.TestSegments.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
    private static final long SMALL = 300;

    @TempDir
    private Path root;

    private TestSegments files;
    private Segments segments;
    private final List<Operation> done = new ArrayList<>();
    /** The operation that fails; null for none. */
    private Operation failing;

    @BeforeEach
    void makeFolder() throws Exception {
        files = new TestSegments(root);
        segments = files.segments();
        files.storage.watch((operation, file) -> {
            done.add(operation);
            if (operation == failing) {
                throw new IOException("No space left on device");
            }
        });
    }

    @Test
    void writesChunksOneBehindTheOther() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Chunk first = chunk(DAY, 1, 2);
        Chunk second = chunk(DAY, 3, 3);

        Segment segment = writer.segmentFor(first);
        assertThat(writer.write(first)).isZero();
        assertThat(writer.accepts(second)).isTrue();
        assertThat(writer.write(second)).isEqualTo(first.length());
        assertThat(segment.durableBytes()).as("before it is synced").isZero();
        writer.force(second);
        writer.close();
        assertThat(done).endsWith(Operation.CLOSE);

        byte[] content = joined(line(1), line(2), line(3));
        assertThat(Files.readAllBytes(segment.path())).isEqualTo(content);
        assertThat(segment.path()).hasFileName("0000000000000001-2026-11-22.ndjson");
        assertThat(segment.durableBytes()).isEqualTo(content.length);
        assertThat(segment.newest()).isEqualTo(START.plusSeconds(3));
        assertThat(segments.all()).containsExactly(segment);
    }

    @Test
    void makesTheNameOfANewSegmentDurable() throws Exception {
        writer(SMALL).segmentFor(chunk(DAY, 1, 1));

        assertThat(done).containsSubsequence(Operation.CREATE, Operation.SYNC);
    }

    @Test
    void beginsANewSegmentWhenTheOldOneIsFull() throws Exception {
        SegmentWriter writer = writer(SMALL);
        Segment first = commit(writer, chunk(DAY, 1, 2));

        assertThat(writer.accepts(chunk(DAY, 3, 3))).isFalse();
        Segment second = commit(writer, chunk(DAY, 3, 3));

        assertThat(second.first()).isEqualTo(3);
        assertThat(segments.all()).containsExactly(first, second);
        assertThat(done.stream().filter(Operation.CLOSE::equals)).hasSize(1);
        assertThat(Files.readAllBytes(second.path())).isEqualTo(line(3));
    }

    @Test
    void isFullFromItsSizeOn() throws Exception {
        SegmentWriter writer = writer(chunk(DAY, 1, 1).length());
        commit(writer, chunk(DAY, 1, 1));
        assertThat(writer.accepts(chunk(DAY, 2, 2))).isFalse();

        SegmentWriter roomy = writer(chunk(DAY, 1, 1).length() + 1);
        commit(roomy, chunk(DAY, 1, 1));
        assertThat(roomy.accepts(chunk(DAY, 2, 2))).isTrue();
    }

    @Test
    void beginsANewSegmentWithEachDay() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        commit(writer, chunk(DAY, 1, 1));

        assertThat(writer.accepts(chunk(DAY.plusDays(1), 2, 2))).isFalse();
        Segment next = commit(writer, chunk(DAY.plusDays(1), 2, 2));

        assertThat(next.path()).hasFileName("0000000000000002-2026-11-23.ndjson");
    }

    @Test
    void goesOnInTheSegmentOfBefore() throws Exception {
        Segment before = files.numbered(1, 2);
        segments = files.segments(before);
        SegmentWriter writer = writer(1 << 20);
        writer.resume(before, files.storage.open(before.path()));

        Chunk chunk = chunk(DAY, 3, 3);
        assertThat(writer.segmentFor(chunk)).isSameAs(before);
        commit(writer, chunk);

        assertThat(Files.readAllBytes(before.path())).isEqualTo(joined(line(1), line(2), line(3)));
    }

    @Test
    void takesBackWhatWasNotSynced() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Segment segment = commit(writer, chunk(DAY, 1, 2));
        failing = Operation.WRITE;
        assertThatThrownBy(() -> writer.write(chunk(DAY, 3, 4))).isInstanceOf(IOException.class);
        failing = null;

        writer.undo();

        assertThat(Files.readAllBytes(segment.path())).isEqualTo(joined(line(1), line(2)));
        assertThat(writer.accepts(chunk(DAY, 3, 4))).isTrue();
        assertThat(commit(writer, chunk(DAY, 3, 4))).isSameAs(segment);
        assertThat(Files.readAllBytes(segment.path())).isEqualTo(joined(line(1), line(2), line(3), line(4)));
    }

    @Test
    void beginsANewSegmentWhereItCannotTakeBack() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Segment segment = commit(writer, chunk(DAY, 1, 2));
        writer.write(chunk(DAY, 3, 3));
        failing = Operation.TRUNCATE;
        writer.undo();
        failing = null;

        assertThat(writer.accepts(chunk(DAY, 3, 3))).isFalse();
        Segment next = commit(writer, chunk(DAY, 3, 3));

        assertThat(segments.all()).containsExactly(segment, next);
        assertThat(segment.durableBytes()).as("readers stop there").isEqualTo(joined(line(1), line(2)).length);
        assertThat(next.durableBytes()).isEqualTo(line(3).length);
    }

    /** The kernel may have dropped data that it could not write, and the next sync may succeed. */
    @Test
    void neverTrustsASegmentAgainThatCouldNotBeSynced() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Segment segment = commit(writer, chunk(DAY, 1, 2));
        Chunk chunk = chunk(DAY, 3, 3);
        writer.write(chunk);
        failing = Operation.FORCE;
        assertThatThrownBy(() -> writer.force(chunk)).hasMessage("No space left on device");
        failing = null;
        writer.undo();

        assertThat(segment.durableBytes()).isEqualTo(joined(line(1), line(2)).length);
        assertThat(segment.newest()).isEqualTo(START.plusSeconds(2));
        assertThat(writer.accepts(chunk)).isFalse();
        assertThat(commit(writer, chunk)).isNotSameAs(segment);
        assertThat(done).contains(Operation.CLOSE).doesNotContain(Operation.TRUNCATE);
    }

    @Test
    void dropsASegmentInWhichNothingBecameDurable() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Chunk chunk = chunk(DAY, 1, 1);
        Segment dropped = writer.segmentFor(chunk);
        writer.write(chunk);
        failing = Operation.FORCE;
        assertThatThrownBy(() -> writer.force(chunk)).isInstanceOf(IOException.class);
        failing = null;

        Chunk larger = chunk(DAY.plusDays(1), 1, 2);
        Segment next = commit(writer, larger);

        assertThat(dropped.path()).doesNotExist();
        assertThat(segments.all()).containsExactly(next);
    }

    @Test
    void triesAgainToBeginASegment() throws Exception {
        SegmentWriter writer = writer(1 << 20);
        Chunk chunk = chunk(DAY, 1, 1);
        for (Operation fault : List.of(Operation.CREATE, Operation.SYNC)) {
            failing = fault;
            assertThatThrownBy(() -> writer.segmentFor(chunk)).hasMessage("No space left on device");
            assertThat(segments.all()).isEmpty();
            assertThatThrownBy(() -> writer.write(chunk)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(done.stream().filter(Operation.CLOSE::equals))
                .as("the file whose name was not durable")
                .hasSize(1);
        failing = null;

        Segment segment = commit(writer, chunk);

        assertThat(Files.readAllBytes(segment.path())).isEqualTo(line(1));
    }

    @Test
    void minglesNothingWhereClosingFails() throws Exception {
        SegmentWriter writer = writer(SMALL);
        commit(writer, chunk(DAY, 1, 2));
        failing = Operation.CLOSE;

        Segment next = commit(writer, chunk(DAY, 3, 3));
        writer.close();

        assertThat(Files.readAllBytes(next.path())).isEqualTo(line(3));
    }

    @Test
    void saysThatNothingIsOpen() {
        SegmentWriter writer = writer(SMALL);

        writer.undo();
        writer.close();

        assertThat(done).isEmpty();
        assertThatThrownBy(() -> writer.write(chunk(DAY, 1, 1))).hasMessage("no open segment");
        assertThatThrownBy(() -> writer.force(chunk(DAY, 1, 1))).hasMessage("no open segment");
    }

    private SegmentWriter writer(long segmentBytes) {
        return new SegmentWriter(files.storage, files.folder, segments, segmentBytes);
    }

    private static Segment commit(SegmentWriter writer, Chunk chunk) throws IOException {
        Segment segment = writer.segmentFor(chunk);
        writer.write(chunk);
        writer.force(chunk);
        return segment;
    }
}
