package io.github.dtstream.series;

/** Hands over all values of a span by time, however many there are: a part at a time. Stateless. */
final class ValueRun {
    private static final int MOST_POINTS = 65_536;
    /** A span that short is taken whole. */
    private static final long SHORTEST_MILLIS = 1_000;

    private ValueRun() {}

    /** Gathers what there is of a span. */
    interface Gathering {
        void gather(long from, long to, PointConsumer into);
    }

    static void over(long from, long to, Gathering gathering, PointConsumer consumer) {
        Bounded points = new Bounded();
        gathering.gather(from, to, points);
        if (points.isTooMuch && to - from > SHORTEST_MILLIS) {
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
        private boolean isTooMuch;

        @Override
        public void accept(long time, double value) {
            isTooMuch |= kept.size() >= MOST_POINTS;
            if (!isTooMuch) {
                kept.accept(time, value);
            }
        }
    }
}
