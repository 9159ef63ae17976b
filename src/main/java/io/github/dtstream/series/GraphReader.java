package io.github.dtstream.series;

import io.github.dtstream.series.block.Block;
import io.github.dtstream.series.block.BlockFolder;
import io.github.dtstream.series.block.BlockFormat;
import io.github.dtstream.series.block.BlockReader;
import io.github.dtstream.series.value.PointConsumer;
import io.github.dtstream.series.value.Points;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.series.value.ValueRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads lines of graphs and single values, from blocks on disk and from memory. Thread-safe. */
final class GraphReader {
    private static final Logger LOG = LoggerFactory.getLogger(GraphReader.class);

    private final String stream;
    private final HeldValues held;
    private final BlockFolder folder;
    private final Consumer<Block> spoilt;

    /**
     * @param stream the stream's name, for messages
     * @param spoilt gets each block that cannot be read
     */
    GraphReader(String stream, HeldValues held, BlockFolder folder, Consumer<Block> spoilt) {
        this.stream = stream;
        this.held = held;
        this.folder = folder;
        this.spoilt = spoilt;
    }

    /**
     * The lines of some series over a span.
     *
     * @param from the begin of the span, in milliseconds since 1970
     * @param to the end of the span, exclusive
     *
     * @param width the width of the graph in pixels; a line of numbers has at most two values for each pixel
     */
    Graph graph(List<SeriesKey> keys, long from, long to, int width) {
        long step = Steps.of(to - from, width);
        List<LineBuilder> lines = keys.stream()
                .map(key -> new LineBuilder(key, from, to, step, 2 * width))
                .toList();
        collect(keys, from, to, lines);
        boolean isReduced = lines.stream().anyMatch(line -> !line.isState() && line.isReduced());
        if (isReduced) {
            lines.stream().filter(line -> !line.isState()).forEach(LineBuilder::reduce);
        }
        List<Line> built = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i).build();
            built.add(lines.get(i).isState() ? before(keys.get(i), from).putBefore(line) : line);
        }
        return new Graph(from, to, isReduced ? step : 0, built);
    }

    /** Hands over every value of a series in a span, the end excluded, by time. */
    void values(SeriesKey key, long from, long to, PointConsumer consumer) {
        ValueRun.over(from, to, (begin, end, points) -> collect(List.of(key), begin, end, List.of(points)), consumer);
    }

    /** Hands over the values of some series, in any order, to a consumer for each. */
    private void collect(List<SeriesKey> keys, long from, long to, List<? extends PointConsumer> consumers) {
        List<Points> newest = keys.stream().map(key -> new Points()).toList();
        for (Block block : held.snapshot(keys, newest)) {
            if (block.overlaps(from, to)) {
                read(block, blockReader -> {
                    for (int i = 0; i < keys.size(); i++) {
                        BlockFormat.Entry entry = blockReader.find(keys.get(i));
                        if (entry != null && entry.minTime() < to && entry.maxTime() >= from) {
                            blockReader.read(entry, from, to, consumers.get(i));
                        }
                    }
                });
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            PointConsumer consumer = consumers.get(i);
            newest.get(i).forEach((time, value) -> {
                if (time >= from && time < to) {
                    consumer.accept(time, value);
                }
            });
        }
    }

    /** Work on an open block. */
    private interface BlockWork {
        void read(BlockReader reader) throws IOException;
    }

    private void read(Block block, BlockWork work) {
        try (BlockReader blockReader = folder.open(block)) {
            work.read(blockReader);
        } catch (IOException e) {
            if (folder.blocks().contains(block)) {
                LOG.info(
                        "Graphs of {}: the records {} to {} are read again from the journal, as a block is spoilt: {}",
                        stream,
                        block.first(),
                        block.last(),
                        e.toString());
                spoilt.accept(block);
            }
        }
    }

    /** The newest value before a time. */
    private LastBefore before(SeriesKey key, long from) {
        LastBefore last = new LastBefore(from);
        Points newest = new Points();
        List<Block> blocks = new ArrayList<>(held.snapshot(List.of(key), List.of(newest)));
        newest.forEach(last);
        blocks.sort((one, other) -> Long.compare(other.maxTime(), one.maxTime()));
        for (Block block : blocks) {
            if (block.maxTime() > last.time() && block.overlaps(Long.MIN_VALUE, from)) {
                read(block, blockReader -> {
                    BlockFormat.Entry entry = blockReader.find(key);
                    if (entry != null && entry.maxTime() < from) {
                        last.accept(entry.maxTime(), entry.newest());
                    } else if (entry != null) {
                        blockReader.read(entry, Long.MIN_VALUE, from, last);
                    }
                });
            }
        }
        return last;
    }

    /** Finds the newest value before a time, which is the state at the begin of a graph. Not thread-safe. */
    private static final class LastBefore implements PointConsumer {
        private final long limit;
        private long time = Long.MIN_VALUE;
        private double value;

        LastBefore(long limit) {
            this.limit = limit;
        }

        long time() {
            return time;
        }

        @Override
        public void accept(long measured, double measuredValue) {
            if (measured < limit && measured >= time) {
                time = measured;
                value = measuredValue;
            }
        }

        /**
         * The line of changes with this value before it, if there is one. A first change to the same value is left out.
         */
        Line putBefore(Line line) {
            if (time == Long.MIN_VALUE) {
                return line;
            }
            int from = line.times().length > 0 && line.min()[0] == value ? 1 : 0;
            int length = line.times().length - from + 1;
            long[] times = new long[length];
            double[] values = new double[length];
            System.arraycopy(line.times(), from, times, 1, length - 1);
            System.arraycopy(line.min(), from, values, 1, length - 1);
            times[0] = time;
            values[0] = value;
            return new Line(line.key(), times, values, values, line.counts());
        }
    }
}
