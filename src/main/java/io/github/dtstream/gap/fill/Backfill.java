package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillProgress;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a span of history once, for somebody who asked for it; there need be no gap. Used by one thread. */
final class Backfill {
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    private final HistoryReading reading;

    Backfill(HistoryReading reading) {
        this.reading = reading;
    }

    /**
     * Reads all devices that are known now.
     *
     * @param listener called after each device
     * @return the result; it names devices that could not be read
     * @throws CloudException if the cloud refuses everything, or fails several times in a row
     */
    FillProgress run(Window window, Consumer<FillProgress> listener)
            throws CloudException, IOException, InterruptedException {
        List<String> list = devices();
        FillProgress[] progress = {FillProgress.NONE.firstPass(reading.clock().instant(), list.size())};
        ProgressEstimate estimate = new ProgressEstimate("Backfill", progress[0], reading.clock(), reading.ticker());
        Sweep.Request request =
                new Sweep.Request(list, window, reading.eventTypes().get());
        reading.sweep().run(request, 0, 0, (outcome, early) -> {
            Instant end = estimate.estimatedEnd(progress[0].devicesDone() + 1, list.size());
            progress[0] = progress[0].done(outcome, false, end);
            estimate.log(progress[0]);
            listener.accept(progress[0]);
            return true;
        });
        reading.log().flush();
        return progress[0];
    }

    private List<String> devices() throws CloudException, InterruptedException {
        List<String> list = reading.devices().current();
        Optional<String> doubt = reading.devices().doubt();
        if (doubt.isPresent() && list.isEmpty()) {
            throw new CloudException(Fault.of(FaultKind.TRANSIENT, doubt.get() + ": try again later"));
        }
        doubt.ifPresent(why -> LOG.warn("Backfill reads the {} devices that are known: {}", list.size(), why));
        return list;
    }
}
