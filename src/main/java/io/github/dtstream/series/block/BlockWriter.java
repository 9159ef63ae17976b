package io.github.dtstream.series.block;

import io.github.dtstream.series.block.BlockFormat.Entry;
import io.github.dtstream.series.block.BlockFormat.Header;
import io.github.dtstream.series.value.SeriesKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/** Writes an open block in {@link BlockFormat}. Used once. */
public final class BlockWriter {
    private static final int BUFFER_POINTS = 1024;

    private final OpenBlock open;
    /** The indexes of the points, by series, the oldest first. */
    private final int[] order;

    private final List<Run> runs;
    private final Header header;

    /** The points of one series: a range of the order. */
    private record Run(SeriesKey key, long hash, int from, int to) {}

    /** @param keys gives the series of a number */
    public BlockWriter(OpenBlock open, IntFunction<SeriesKey> keys) {
        this.open = open;
        this.order = sorted(open);
        this.runs = runs(keys);
        int names = runs.stream().mapToInt(run -> run.key.name().length() + 1).sum();
        long minTime = Long.MAX_VALUE;
        long maxTime = Long.MIN_VALUE;
        for (int i = 0; i < open.size(); i++) {
            minTime = Math.min(minTime, open.time(i));
            maxTime = Math.max(maxTime, open.time(i));
        }
        this.header = new Header(
                new Block(
                        open.first(),
                        open.next() - 1,
                        open.lastReceived(),
                        minTime,
                        maxTime,
                        open.size(),
                        Header.fileBytes(open.size(), runs.size(), names)),
                runs.size(),
                names);
    }

    public Block block() {
        return header.block();
    }

    /** Sorts by series, by counting, which keeps the order of arrival; then by time, which usually is that order. */
    private static int[] sorted(OpenBlock open) {
        int size = open.size();
        int highest = -1;
        for (int i = 0; i < size; i++) {
            highest = Math.max(highest, open.series(i));
        }
        int[] ends = new int[highest + 2];
        for (int i = 0; i < size; i++) {
            ends[open.series(i) + 1]++;
        }
        for (int number = 0; number <= highest; number++) {
            ends[number + 1] += ends[number];
        }
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[ends[open.series(i)]++] = i;
        }
        int from = 0;
        for (int number = 0; number <= highest; number++) {
            sortByTime(open, order, from, ends[number]);
            from = ends[number];
        }
        return order;
    }

    private static void sortByTime(OpenBlock open, int[] order, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (open.time(order[i]) < open.time(order[i - 1])) {
                Integer[] indexes = Arrays.stream(order, from, to).boxed().toArray(Integer[]::new);
                Arrays.sort(indexes, Comparator.comparingLong(open::time));
                for (int j = from; j < to; j++) {
                    order[j] = indexes[j - from];
                }
                return;
            }
        }
    }

    private List<Run> runs(IntFunction<SeriesKey> keys) {
        List<Run> found = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= order.length; i++) {
            if (i == order.length || open.series(order[i]) != open.series(order[from])) {
                SeriesKey key = keys.apply(open.series(order[from]));
                found.add(new Run(key, key.hash(), from, i));
                from = i;
            }
        }
        found.sort(Comparator.comparingLong(Run::hash));
        return found;
    }

    void writeTo(OutputStream out) throws IOException {
        byte[] head = header.encode();
        out.write(head);
        byte[] directory = new byte[header.series() * BlockFormat.ENTRY_BYTES];
        byte[] names = new byte[header.nameBytes()];
        ByteBuffer entries = ByteBuffer.wrap(directory);
        ByteBuffer text = ByteBuffer.wrap(names);
        PointOutput points = new PointOutput(out);
        int point = 0;
        for (Run run : runs) {
            entry(run, point, writePoints(run, points), text.position()).encode(entries);
            text.put(run.key.name().getBytes(StandardCharsets.US_ASCII)).put((byte) '\n');
            point += run.to - run.from;
        }
        out.write(directory);
        out.write(names);
        out.write(ByteBuffer.allocate(BlockFormat.CHECKSUM_BYTES)
                .putInt(BlockFormat.checksum(head, directory, names))
                .array());
    }

    private Entry entry(Run run, int point, int checksum, int nameOffset) {
        int newest = order[run.to - 1];
        return new Entry(
                run.hash,
                point,
                run.to - run.from,
                open.time(order[run.from]),
                open.time(newest),
                open.value(newest),
                checksum,
                nameOffset);
    }

    /** Writes the points of a series, and returns their checksum. */
    private int writePoints(Run run, PointOutput points) throws IOException {
        for (int i = run.from; i < run.to; i++) {
            points.put(open.time(order[i]));
        }
        for (int i = run.from; i < run.to; i++) {
            points.put(Double.doubleToRawLongBits(open.value(order[i])));
        }
        return points.end();
    }

    private static final class PointOutput {
        private final OutputStream out;
        private final byte[] bytes = new byte[BUFFER_POINTS * Long.BYTES];
        private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        private final CRC32C crc = new CRC32C();

        PointOutput(OutputStream out) {
            this.out = out;
        }

        void put(long value) throws IOException {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.putLong(value);
        }

        /** The end of a series: the checksum of its points. */
        int end() throws IOException {
            flush();
            int checksum = (int) crc.getValue();
            crc.reset();
            return checksum;
        }

        private void flush() throws IOException {
            crc.update(bytes, 0, buffer.position());
            out.write(bytes, 0, buffer.position());
            buffer.clear();
        }
    }
}
