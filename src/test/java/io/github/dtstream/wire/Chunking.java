package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Feeds the same bytes in many ways, each of which must give the same records. */
final class Chunking {
    private Chunking() {}

    /**
     * The records of a body that is fed at once, and of its end; the last element is the number of records that were
     * cut off.
     */
    static List<String> whole(FrameReader reader, String body) throws InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return read(reader, bytes, bytes.length);
    }

    /** Checks every split in two, byte by byte, and seeded random chunks. */
    static void isIrrelevantFor(Supplier<FrameReader> readers, String body) throws InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<String> expected = read(readers.get(), bytes, bytes.length);
        for (int split = 0; split <= bytes.length; split++) {
            assertThat(read(readers.get(), bytes, split, bytes.length))
                    .as("split at %d of %s", split, start(body))
                    .isEqualTo(expected);
        }
        int[] single = new int[bytes.length];
        Arrays.setAll(single, i -> i + 1);
        assertThat(read(readers.get(), bytes, single))
                .as("byte by byte: %s", start(body))
                .isEqualTo(expected);
        for (long seed = 0; seed < 200; seed++) {
            int[] borders = randomBorders(new Random(seed), bytes.length);
            assertThat(read(readers.get(), bytes, borders))
                    .as("seed %d: %s", seed, start(body))
                    .isEqualTo(expected);
        }
    }

    /** Each chunk comes in its own array, which is overwritten afterwards, like a reused read buffer. */
    private static List<String> read(FrameReader reader, byte[] bytes, int... borders) throws InterruptedException {
        CollectedFrames sink = new CollectedFrames();
        int from = 0;
        for (int to : borders) {
            byte[] chunk = new byte[3 + to - from + 3];
            Arrays.fill(chunk, (byte) '\n');
            System.arraycopy(bytes, from, chunk, 3, to - from);
            reader.feed(chunk, 3, to - from, sink);
            Arrays.fill(chunk, (byte) '!');
            from = to;
        }
        reader.end(sink);
        sink.frames.add("truncated " + reader.truncated());
        return sink.frames;
    }

    private static String start(String body) {
        return body.substring(0, Math.min(body.length(), 200));
    }

    private static int[] randomBorders(Random random, int length) {
        int[] borders = random.ints(random.nextInt(8), 0, length + 1).sorted().toArray();
        int[] complete = Arrays.copyOf(borders, borders.length + 1);
        complete[borders.length] = length;
        return complete;
    }
}
