package io.github.dtstream.journal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentEventIdsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "7, 4", "64, 5", "1000, 6", "3000, 7", "4096, 8", "60000, 9"})
    void knowsExactlyTheNewest(int capacity, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RecentEventIds recent = new RecentEventIds(capacity);
        LinkedHashSet<String> model = new LinkedHashSet<>();

        for (int i = 0; i < 50_000; i++) {
            String text = "e" + random.nextInt(capacity * 3);
            EventIdHash id = EventIdHash.of(text);
            recent.anticipate(new EventIdHash[] {id, EventIdHash.of("e" + i)});
            assertThat(recent.contains(id)).isEqualTo(model.contains(text));
            if (model.add(text)) {
                recent.add(id);
                if (model.size() > capacity) {
                    model.remove(model.iterator().next());
                }
            }
            assertThat(recent.size()).isEqualTo(model.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"c18tihhh9sn7fi2hur50", "a", "A_b-9"})
    void hashesTextAndBytesAlike(String id) {
        byte[] bytes = (" " + id + " ").getBytes(StandardCharsets.US_ASCII);

        assertThat(EventIdHash.of(bytes, 1, id.length())).isEqualTo(EventIdHash.of(id));
    }

    @Test
    void hashesIdentifiersThatAreAlikeFarApart() {
        Set<Long> high = new HashSet<>();
        Set<Long> low = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            EventIdHash hash = EventIdHash.of("c18tihhh9sn7fi2" + i);
            high.add(hash.high());
            low.add(hash.low());
        }

        assertThat(high).hasSize(100_000);
        assertThat(low).hasSize(100_000);
    }

    @Test
    void takesMemoryForTheFirstThousandAtOnceAndForNoMoreThanItMayRemember() {
        List<Long> asked = new ArrayList<>();

        assertThat(new RecentEventIds(RecentEventIds.MOST, asked::add).room()).isEqualTo(1024);
        assertThat(new RecentEventIds(7, asked::add).room()).isEqualTo(7);

        assertThat(asked).containsExactly(1024L * RecentEventIds.BYTES_EACH, 7L * RecentEventIds.BYTES_EACH);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, RecentEventIds.MOST + 1})
    void refusesAWindowThatNoIndexCanHold(int capacity) {
        assertThatThrownBy(() -> new RecentEventIds(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(capacity));
    }

    @Test
    void endsTheWindowWhereThereIsNoMemoryAndAsksAgainWhenAsManyHaveCome() {
        long[] left = {4096L * RecentEventIds.BYTES_EACH};
        RecentEventIds recent = new RecentEventIds(1 << 20, bytes -> {
            boolean isThere = bytes <= left[0];
            left[0] -= isThere ? bytes : 0;
            return isThere;
        });

        add(recent, 0, 10_000);
        assertThat(recent.room()).isEqualTo(4096);
        assertThat(knows(recent, 10_000 - 4096, 10_000)).isEqualTo(4096);
        assertThat(knows(recent, 0, 10_000 - 4096)).isZero();

        left[0] = 4096L * RecentEventIds.BYTES_EACH;
        add(recent, 10_000, 20_000);
        assertThat(recent.room()).isEqualTo(8192);
        assertThat(knows(recent, 0, 20_000)).isEqualTo(recent.size()).isGreaterThan(4096);
        add(recent, 20_000, 30_000);
        assertThat(knows(recent, 30_000 - 8192, 30_000)).isEqualTo(8192);
    }

    private static void add(RecentEventIds recent, int from, int to) {
        for (int i = from; i < to; i++) {
            recent.add(EventIdHash.of("e" + i));
        }
    }

    private static int knows(RecentEventIds recent, int from, int to) {
        int known = 0;
        for (int i = from; i < to; i++) {
            known += recent.contains(EventIdHash.of("e" + i)) ? 1 : 0;
        }
        return known;
    }
}
