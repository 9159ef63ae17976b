package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedCursorsTest {
    private final AtomicLong now = new AtomicLong();

    /** Brokers keep the last of them, so the lowest has to be written last. */
    @Test
    void ofSeveralBeginningsTheLowestCountsWhichMayNotBeTheLast() {
        SharedCursors.Beginning two = SharedCursors.Beginning.of(List.of("100 7", "105 3"), 2);
        assertThat(two.lowest()).containsExactly(100, 3);
        assertThat(two.last()).containsExactly(105, 3);

        SharedCursors.Beginning settled = SharedCursors.Beginning.of(List.of("100 7", "105 3", "100 3"), 2);
        assertThat(settled.lowest()).isEqualTo(settled.last());
    }

    @Test
    void aPartitionThatWasAddedBeginsWithItsFirstRecord() {
        assertThat(SharedCursors.Beginning.of(List.of("100 7"), 3).lowest()).containsExactly(100, 7, 0);
    }

    /** A broker that was suspended tells an end that is past; what it has deleted is not there any more. */
    @Test
    void anOffsetBehindTheEndIsAskedForAgainForAWhile() {
        Deadline patience = Deadline.after(Duration.ofSeconds(15), now::get);

        assertThat(SharedReader.isStillThere(5000, 0, 4900, patience)).isTrue();
        assertThat(SharedReader.isStillThere(5000, 5001, 6000, patience))
                .as("deleted")
                .isFalse();
        now.addAndGet(Duration.ofSeconds(15).toNanos());
        assertThat(SharedReader.isStillThere(5000, 0, 4900, patience))
                .as("lost")
                .isFalse();
        assertThat(SharedReader.isStillThere(5000, 0, 5000, patience)).isTrue();
    }
}
