package io.github.dtstream.benchmark;

import io.github.dtstream.benchmark.Contender.Sink;
import io.github.dtstream.mqtt.Mosquitto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A run at full speed. It begins when the first event is sent, so that the start of the process does not count. Its
 * second half shows the speed once everything is compiled.
 *
 * @param delivered the lines in the files; with a broker alone, all or none
 * @param perSecond events per second, from the first event to the last
 * @param warmPerSecond the same, from the middle on
 * @param cpu seconds per million events, the start included
 * @param warmCpu the same, from the middle on
 * @param brokerCpu the broker's seconds per million events
 * @param megabytes the peak of resident memory
 * @param resident megabytes when a quarter, a half and three quarters of the events were delivered, and at the end;
 *     empty if only the middle and the end are observed
 */
record Throughput(
        long events,
        long delivered,
        double perSecond,
        double warmPerSecond,
        double cpu,
        double warmCpu,
        double brokerCpu,
        double megabytes,
        List<Double> resident)
        implements Outcome {
    private static final long LIMIT_NANOS = 240_000_000_000L;
    private static final int POLL_MILLIS = 5;
    private static final int QUARTERS = 4;

    static Throughput measure(EventServer server, Launched launched, Mosquitto broker, Progress progress, long events)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        long half = 0;
        double halfCpu = 0;
        double cpu = 0;
        double megabytes = 0;
        List<Double> resident = new ArrayList<>();
        boolean running = true;
        while (true) {
            boolean wasRunning = running;
            running = launched.isAlive();
            cpu = launched.cpuSeconds();
            progress.look();
            if (half == 0 && progress.isHalf()) {
                half = System.nanoTime();
                halfCpu = cpu;
            }
            megabytes = launched.peakMegabytes();
            if (resident.size() < QUARTERS && progress.hasCome(resident.size() + 1)) {
                resident.add(launched.residentMegabytes());
            }
            if (progress.isDone() || !wasRunning || System.nanoTime() - began > LIMIT_NANOS) {
                break;
            }
            Thread.sleep(POLL_MILLIS);
        }
        double seconds = (System.nanoTime() - server.firstSentNanos()) / 1e9;
        double warmSeconds = (System.nanoTime() - half) / 1e9;
        double millions = events / 1e6;
        return new Throughput(
                events,
                progress.delivered(),
                progress.isDone() ? events / seconds : 0,
                progress.isDone() ? events / 2.0 / warmSeconds : 0,
                cpu / millions,
                (cpu - halfCpu) / millions * 2,
                broker == null ? 0 : broker.cpuTime().toNanos() / 1e9 / millions,
                megabytes,
                resident);
    }

    @Override
    public boolean isWhole() {
        return delivered >= events;
    }

    /** The progress of a run. */
    static final class Progress implements AutoCloseable {
        private final Sink sink;
        private final long events;
        private final GrowingLines lines;
        private final Subscriber half;
        private final Subscriber last;
        private final AtomicLong marks = new AtomicLong();
        private long count;

        Progress(Setup setup, int port, long events) {
            sink = setup.sink();
            this.events = events;
            lines = new GrowingLines(setup.events());
            half = sink == Sink.FILES
                    ? null
                    : new Subscriber(port, "dt/+/half/#", message -> marks.compareAndSet(0, 1));
            last = sink == Sink.FILES ? null : new Subscriber(port, "dt/+/last/#", message -> marks.set(2));
        }

        void look() throws IOException {
            if (sink != Sink.MQTT) {
                count = lines.count();
            }
        }

        boolean isHalf() {
            return (sink == Sink.MQTT || count >= events / 2) && (sink == Sink.FILES || marks.get() >= 1);
        }

        /** Whether so many quarters of the lines are written. */
        boolean hasCome(int quarters) {
            return sink != Sink.MQTT && count >= events / QUARTERS * quarters;
        }

        boolean isDone() {
            return (sink == Sink.MQTT || count >= events) && (sink == Sink.FILES || marks.get() == 2);
        }

        long delivered() {
            return sink != Sink.MQTT ? count : isDone() ? events : 0;
        }

        @Override
        public void close() throws IOException {
            lines.close();
            if (half != null) {
                half.close();
                last.close();
            }
        }
    }
}
