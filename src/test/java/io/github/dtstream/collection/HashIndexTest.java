package io.github.dtstream.collection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashIndexTest {
    private static List<Integer> found(HashIndex index, int bits) {
        List<Integer> found = new ArrayList<>();
        for (int slot = index.first(bits); slot != HashIndex.NONE; slot = index.next(slot, bits)) {
            found.add(index.at(slot));
        }
        return found;
    }

    private static void remove(HashIndex index, int bits, int which) {
        int slot = index.first(bits);
        while (index.at(slot) != which) {
            slot = index.next(slot, bits);
        }
        index.remove(slot);
    }

    /** Keys with few different bits cause long probes; keys around zero and below let them pass the table's end. */
    @ParameterizedTest
    @CsvSource({"1, 1, 3", "1, 2, 40", "2, 3, 1000", "64, 4, 8", "1000, 5, 2147483647"})
    void hasWhatWasAddedAndNotRemoved(int expected, long seed, int differentBits) {
        SplittableRandom random = new SplittableRandom(seed);
        HashIndex index = new HashIndex(expected);
        Map<Integer, TreeSet<Integer>> model = new HashMap<>();
        List<int[]> all = new ArrayList<>();
        int most = differentBits < 10 ? 60 : 3000;
        for (int step = 0; step < 20_000; step++) {
            boolean adds = all.isEmpty() || all.size() < most && random.nextInt(5) < 3;
            int bits;
            if (adds) {
                bits = random.nextInt(differentBits) - differentBits / 2;
                index.add(bits, step);
                model.computeIfAbsent(bits, none -> new TreeSet<>()).add(step);
                all.add(new int[] {bits, step});
            } else {
                int[] gone = all.remove(random.nextInt(all.size()));
                bits = gone[0];
                remove(index, bits, gone[1]);
                model.get(bits).remove(gone[1]);
            }
            assertThat(index.size()).isEqualTo(all.size());
            assertThat(found(index, bits)).as("seed %d, step %d", seed, step).hasSameElementsAs(model.get(bits));
        }
        model.forEach((bits, indices) -> assertThat(found(index, bits)).containsExactlyInAnyOrderElementsOf(indices));
    }

    @Test
    void findsWhatProbingPutBehindTheTablesEndAfterTheOneBeforeItWasRemoved() {
        HashIndex index = new HashIndex(4);
        index.add(7, 70);
        index.add(15, 150);
        index.add(-1, 10);

        remove(index, 7, 70);

        assertThat(found(index, 15)).containsExactly(150);
        assertThat(found(index, -1)).containsExactly(10);
        assertThat(found(index, 7)).isEmpty();
    }

    @Test
    void tellsTheHighestBitsFromAFreeSlot() {
        HashIndex index = new HashIndex(1);
        assertThat(index.first(-1)).isEqualTo(HashIndex.NONE);

        index.add(-1, Integer.MAX_VALUE);

        assertThat(found(index, -1)).containsExactly(Integer.MAX_VALUE);
    }

    @Test
    void mixesBothHalvesOfAHash() {
        assertThat(HashIndex.bits(0x0000_0001_0000_0000L)).isEqualTo(1);
        assertThat(HashIndex.bits(0x0000_0001_0000_0001L)).isZero();
    }
}
