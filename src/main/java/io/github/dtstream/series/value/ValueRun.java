package io.github.dtstream.series.value;

/** Hands over all values of a span by time, in bounded memory: a span with too many values is halved. Stateless. */
public final class ValueRun {
    private static final int MOST_POINTS = 65_536;
    /** A span that short is not halved any more. */
    private static final long SHORTEST_MILLIS = 1_000;

    private ValueRun() {}

    /** Collects the values of a span, in any order. */
    public interface Gathering {
        void gather(long from, long to, PointConsumer into);
    }

    public static void over(long from, long to, Gathering gathering, PointConsumer consumer) {
        Bounded points = new Bounded(to - from > SHORTEST_MILLIS ? MOST_POINTS : Integer.MAX_VALUE);
        gathering.gather(from, to, points);
        if (points.isTooMuch) {
            long middle = from + (to - from) / 2;
            over(from, middle, gathering, consumer);
            over(middle, to, gathering, consumer);
            return;
        }
        points.kept.sort();
        points.kept.forEach(consumer);
    }

    private static final class Bounded implements PointConsumer {
        private final Points kept = new Points();
        private final int most;
        private boolean isTooMuch;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public void accept(long time, double value) {
            isTooMuch |= kept.size() >= most;
            if (!isTooMuch) {
                kept.accept(time, value);
            }
        }
    }
}
