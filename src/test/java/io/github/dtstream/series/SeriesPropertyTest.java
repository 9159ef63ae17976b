package io.github.dtstream.series;

import static io.github.dtstream.series.SeriesTrial.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, in any order, and whatever happens meanwhile: the results equal those of a list of all values. */
class SeriesPropertyTest {
    private static final List<String> STATES = List.of("OPEN", "CLOSED");

    @TempDir
    private Path folder;

    private record Value(long time, double value) {}

    private final Map<SeriesKey, List<Value>> model = new HashMap<>();
    private final Set<Long> times = new HashSet<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void tellsWhatAListOfAllValuesSays(long seed) throws Exception {
        Random random = new Random(seed);
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            long now = 0;
            for (int round = 0; round < 25; round++) {
                for (int i = random.nextInt(80); i > 0; i--) {
                    now += random.nextInt(20_000);
                    long late = random.nextInt(8) == 0 ? random.nextInt(3_000_000) : 0;
                    append(trial, random, Math.max(0, now - late));
                }
                if (random.nextInt(3) > 0) {
                    trial.work();
                }
                if (random.nextInt(5) == 0) {
                    trial.kill();
                }
                if (random.nextInt(6) == 0) {
                    spoil(trial, random);
                }
            }
            trial.work();
            for (SeriesKey key : model.keySet()) {
                for (int query = 0; query < 20; query++) {
                    long from = random.nextInt((int) now);
                    long to = from + 1 + random.nextInt((int) now);
                    // This may find a damaged block, which is then made again.
                    trial.line(key, from, to, 10);
                    trial.work();
                    compare(trial, key, from, to, 1 + random.nextInt(60));
                }
            }
        }
    }

    private void append(SeriesTrial trial, Random random, long wanted) throws Exception {
        long at = wanted;
        while (!times.add(at)) {
            at++;
        }
        String device = "d" + random.nextInt(4);
        if (random.nextInt(3) == 0) {
            int state = random.nextInt(2);
            trial.contact(device, at, STATES.get(state));
            note(device, Quantity.CONTACT, at, state);
        } else {
            double value = random.nextInt(1000) / 10.0 - 20;
            trial.temperature(device, at, value);
            note(device, Quantity.TEMPERATURE, at, value);
        }
    }

    private void note(String device, Quantity quantity, long at, double value) {
        model.computeIfAbsent(new SeriesKey(device, quantity), any -> new ArrayList<>())
                .add(new Value(START + at, value));
    }

    private void spoil(SeriesTrial trial, Random random) throws Exception {
        try (var files = Files.list(trial.blocks())) {
            List<Path> blocks = files.toList();
            if (!blocks.isEmpty()) {
                Path block = blocks.get(random.nextInt(blocks.size()));
                byte[] bytes = Files.readAllBytes(block);
                bytes[random.nextInt(bytes.length)] ^= 1;
                Files.write(block, bytes);
            }
        }
    }

    private void compare(SeriesTrial trial, SeriesKey key, long from, long to, int width) {
        List<Value> all = new ArrayList<>(model.get(key));
        all.sort(Comparator.comparingLong(Value::time));
        List<Value> inside = all.stream()
                .filter(value -> value.time >= START + from && value.time < START + to)
                .toList();
        Graph graph = trial.running().graph(List.of(key), START + from, START + to, width);
        Line line = graph.lines().get(0);
        if (key.quantity() == Quantity.CONTACT) {
            if (inside.size() <= 2 * width) {
                assertThat(told(line)).containsExactlyElementsOf(changes(all, from, to));
            } else {
                assertThat(line.times().length).isLessThanOrEqualTo(3 * (width + 1) + 1);
            }
        } else if (inside.size() <= 2 * width) {
            assertThat(graph.step()).isZero();
            assertThat(told(line)).containsExactlyInAnyOrderElementsOf(inside);
        } else {
            compareBuckets(graph, line, inside, width);
        }
    }

    private static void compareBuckets(Graph graph, Line line, List<Value> inside, int width) {
        assertThat(86_400_000 % graph.step()).isZero();
        assertThat(line.times().length).isLessThanOrEqualTo(width + 1);
        Map<Long, List<Double>> buckets = new TreeMap<>();
        inside.forEach(value -> buckets.computeIfAbsent(
                        Math.floorDiv(value.time, graph.step()) * graph.step(), any -> new ArrayList<>())
                .add(value.value));
        List<String> expected = new ArrayList<>();
        buckets.forEach((time, values) -> expected.add(time + " "
                + values.stream().mapToDouble(each -> each).min().orElseThrow() + " "
                + values.stream().mapToDouble(each -> each).max().orElseThrow() + " " + values.size()));
        List<String> found = new ArrayList<>();
        for (int i = 0; i < line.times().length; i++) {
            found.add(line.times()[i] + " " + line.min()[i] + " " + line.max()[i] + " " + line.counts()[i]);
        }
        assertThat(found).isEqualTo(expected);
    }

    private static List<Value> told(Line line) {
        List<Value> told = new ArrayList<>();
        for (int i = 0; i < line.times().length; i++) {
            told.add(new Value(line.times()[i], line.min()[i]));
        }
        return told;
    }

    private static List<Value> changes(List<Value> all, long from, long to) {
        List<Value> changes = new ArrayList<>();
        Value before = null;
        for (Value value : all) {
            if (value.time < START + from) {
                before = value;
            }
        }
        if (before != null) {
            changes.add(before);
        }
        for (Value value : all) {
            boolean isInside = value.time >= START + from && value.time < START + to;
            if (isInside && (changes.isEmpty() || changes.get(changes.size() - 1).value != value.value)) {
                changes.add(value);
            }
        }
        return changes;
    }
}
