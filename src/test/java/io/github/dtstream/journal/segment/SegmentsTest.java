package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static final Path FOLDER = Path.of("segments");

    private final Segment first = segment(5);
    private final Segment second = segment(8);
    private final Segments segments = new Segments(List.of(second, first));

    @Test
    void knowsTheSegmentInWhichARecordStands() {
        assertThat(segments.holding(1)).as("older than all").isSameAs(first);
        assertThat(segments.holding(5)).isSameAs(first);
        assertThat(segments.holding(7)).isSameAs(first);
        assertThat(segments.holding(8)).isSameAs(second);
        assertThat(segments.holding(1000)).isSameAs(second);
        assertThat(new Segments(List.of()).holding(1)).isNull();
    }

    @Test
    void knowsTheirOrder() {
        assertThat(segments.oldest()).isSameAs(first);
        assertThat(segments.newest()).isSameAs(second);
        assertThat(segments.after(first)).isSameAs(second);
        assertThat(segments.after(second)).isNull();
        assertThat(new Segments(List.of()).newest()).isNull();
    }

    @Test
    void removesOnlyTheSegmentThatWasMeant() throws IOException {
        Segment other = segment(8);

        segments.delete(other, () -> {});
        assertThat(segments.contains(second)).isTrue();
        assertThat(segments.contains(other)).isFalse();
        segments.delete(second, () -> {});

        assertThat(segments.contains(second)).isFalse();
        assertThat(segments.newest()).isSameAs(first);
    }

    /**
     * A reader that does not find the file asks whether the segment is in the list; if it were, another process would
     * have deleted the file.
     */
    @Test
    void saysOfOneWhoseFileIsBeingDeletedWhatIsTrueAfterwards() throws Exception {
        AtomicReference<CompletableFuture<Boolean>> answer = new AtomicReference<>();
        segments.delete(first, () -> {
            CompletableFuture<Boolean> asked = new CompletableFuture<>();
            Thread reader = new Thread(() -> asked.complete(segments.contains(first)));
            reader.start();
            while (reader.getState() != Thread.State.BLOCKED && reader.isAlive()) {
                Thread.onSpinWait();
            }
            answer.set(asked);
        });
        assertThat(answer.get().get(60, TimeUnit.SECONDS)).isFalse();

        assertThatThrownBy(() -> segments.delete(second, () -> {
                    throw new IOException("by intent");
                }))
                .hasMessage("by intent");
        assertThat(segments.contains(second)).isTrue();
    }

    @Test
    void addsUpTheirBytes() {
        first.durable(300);
        second.durable(20);

        assertThat(segments.bytes()).isEqualTo(320);
    }

    @Test
    void readsANameBack() {
        Segment named = Segment.ofName(FOLDER, first.toString());

        assertThat(named.first()).isEqualTo(5);
        assertThat(named.date()).isEqualTo(DAY);
        assertThat(named.path()).isEqualTo(first.path());
    }

    /** For retention: a segment without known records may have records up to midnight. */
    @Test
    void takesTheEndOfTheDayForTheNewestUntilItIsKnown() {
        assertThat(first.newest()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));

        first.durable(300, Instant.parse("2026-11-22T17:00:00Z"));

        assertThat(first.newest()).isEqualTo(Instant.parse("2026-11-22T17:00:00Z"));
    }

    private static Segment segment(long first) {
        return new Segment(FOLDER, first, DAY);
    }
}
