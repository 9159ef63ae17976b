package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapEnds;
import io.github.dtstream.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills one gap at a time, in two passes. The first begins at once, so that most of the missing events come soon. The
 * last begins when the indexing delay has passed, and reads the newest part again of devices that were read early. Then
 * devices that could not be read are tried again. The gap is closed when all devices were read, except those that have
 * left the project, and the device list is not doubted. Only age makes a gap unfillable. A fill can stop at any time
 * and be continued, also by another process. Used by one thread.
 */
final class GapFill {
    private static final Logger LOG = LoggerFactory.getLogger(GapFill.class);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(1);
    private static final int SAVE_EVERY_DEVICES = 100;
    /** After this many refusals of listed devices in a row, the next devices will most likely be refused as well. */
    private static final int REFUSALS_IN_A_ROW = 10;

    private static final String TOO_OLD = "it is older than the cloud's history reaches";

    private final HistoryReading reading;
    private final GapEnds ends;

    GapFill(HistoryReading reading, GapEnds ends) {
        this.reading = reading;
        this.ends = ends;
    }

    /**
     * Continues a gap as far as possible.
     *
     * @param gap the gap that was taken up, in its state before
     * @param stalls how many attempts were made since the last progress
     * @return when to call again; empty if the gap is settled
     * @throws CloudException if the cloud fails as a whole, or devices remain unread; to be tried again later
     */
    Optional<Duration> run(Gap gap, int stalls) throws CloudException, IOException, InterruptedException {
        long id = gap.id();
        FillPlan plan = FillPlan.of(gap, reading.settings(), reading.clock().instant());
        if (plan.historyStart().isPresent()) {
            hearFromCloud(id);
            plan = FillPlan.of(gap, reading.settings(), reading.clock().instant());
        }
        boolean cut = plan.historyStart().isPresent();
        if (plan.window().isEmpty() || cut && progress(id).isThrough()) {
            return unfillable(id);
        }
        if (cut) {
            reading.ledger().cut(id, plan.historyStart().get(), TOO_OLD);
        }
        Optional<Duration> again = read(id, plan, plan.window().get(), stalls);
        return again.isPresent() ? again : settle(id);
    }

    /**
     * Asks the cloud, to learn its time: whether history is too old is decided by that, and a new process may not know
     * it.
     */
    private void hearFromCloud(long id) throws CloudException, IOException, InterruptedException {
        try {
            updateList(id);
        } catch (CloudException e) {
            if (e.fault().mayPass()) {
                throw e;
            }
        }
    }

    private Optional<Duration> read(long id, FillPlan plan, Window window, int stalls)
            throws CloudException, IOException, InterruptedException {
        beginAgainIfListIsLost(id);
        if (mayNotBeEarly(id) && isEarly(id)) {
            return whenComplete(id);
        }
        updateList(id);
        List<String> list = reading.devices().read(id);
        if (!progress(id).lastPass()) {
            reading.ledger().filling(id, progress(id).firstPass(reading.clock().instant(), list.size()));
            pass(id, list, window, plan, stalls);
            if (progress(id).devicesEarly() > 0 && isEarly(id)) {
                return whenComplete(id);
            }
        }
        FillProgress progress = progress(id);
        if (progress.devicesEarly() > 0) {
            List<String> early = list.subList(0, progress.devicesEarly());
            Window newest = FillPlan.lastPass(window, reading.settings());
            reading.ledger().filling(id, progress.lastPass(early.size()));
            pass(id, early, newest, plan, stalls);
        }
        if (!progress(id).unread().isEmpty() && isEarly(id)) {
            return whenComplete(id);
        }
        retryUnread(id, window, plan, stalls);
        return Optional.empty();
    }

    /** Whether history may still lack events that were published before the gap's end. */
    private boolean isEarly(long id) {
        return !ends.left(id).isZero();
    }

    private Optional<Duration> whenComplete(long id) {
        return Optional.of(ends.left(id));
    }

    /**
     * Whether devices must not be read early any more: after a device that was read late enough, the next ones must be,
     * too.
     */
    private boolean mayNotBeEarly(long id) {
        FillProgress progress = progress(id);
        return progress.lastPass() || progress.devicesDone() > progress.devicesEarly();
    }

    /**
     * Updates the device list. In the last pass this is done only if the list is doubted; new devices are then read at
     * the end.
     */
    private void updateList(long id) throws CloudException, IOException, InterruptedException {
        if (!progress(id).lastPass()) {
            reading.devices().update(id);
        } else if (reading.devices().doubt().isPresent()) {
            joinNew(id);
        }
    }

    /** Adds devices that are new in the list, to be read at the end. */
    private void joinNew(long id) throws CloudException, IOException, InterruptedException {
        int before = reading.devices().read(id).size();
        List<String> now = reading.devices().update(id);
        if (now.size() > before) {
            reading.ledger().filling(id, progress(id).joined(now.subList(before, now.size())));
        }
    }

    /** Restarts the fill if its device list is lost, as the number of devices done means nothing without it. */
    private void beginAgainIfListIsLost(long id) throws IOException {
        FillProgress progress = progress(id);
        int needed = Math.max(progress.devicesDone(), progress.devicesEarly());
        if (reading.devices().read(id).size() < needed) {
            LOG.warn("The device list of gap {} is lost; the fill begins again", id);
            reading.ledger().filling(id, FillProgress.NONE);
        }
    }

    private void pass(long id, List<String> list, Window window, FillPlan plan, int stalls)
            throws CloudException, IOException, InterruptedException {
        Sweep.Request request = request(id, list, window, plan);
        Observer observer = new Observer(id);
        try {
            reading.sweep().run(request, progress(id).devicesDone(), stalls, observer);
        } finally {
            // After an interrupt nothing is saved; the devices are then read again.
            if (!Thread.currentThread().isInterrupted()) {
                observer.save();
            }
        }
        if (observer.refusals.areTooMany()) {
            throw left(id, FaultKind.PERMANENT);
        }
    }

    private Sweep.Request request(long id, List<String> list, Window window, FillPlan plan) {
        return new Sweep.Request(list, window, reading.eventTypes().get(), plan.gapEnd(), () -> isEarly(id));
    }

    /** Reads devices again that could not be read; the gap stays open until they are. */
    private void retryUnread(long id, Window window, FillPlan plan, int stalls)
            throws CloudException, IOException, InterruptedException {
        List<String> unread = progress(id).unread();
        if (unread.isEmpty()) {
            return;
        }
        List<String> unknown = new ArrayList<>();
        Refusals refusals = new Refusals();
        FaultKind[] kind = {FaultKind.TRANSIENT};
        reading.sweep().run(request(id, unread, window, plan), 0, stalls, (outcome, early) -> {
            reading.log().flush();
            FillProgress progress = progress(id).again(outcome);
            if (outcome.isRead()) {
                reading.ledger().filling(id, progress);
            } else {
                reading.ledger().progressed(id, progress);
            }
            if (outcome.kind() == DeviceOutcome.Kind.UNKNOWN) {
                unknown.add(outcome.deviceId());
            }
            if (outcome.isRefused()) {
                kind[0] = FaultKind.PERMANENT;
            }
            refusals.count(outcome);
            return !refusals.areTooMany();
        });
        if (!unknown.isEmpty()) {
            joinNew(id);
            skipThoseThatLeft(id, unknown);
        }
        if (!progress(id).unread().isEmpty()) {
            throw left(id, kind[0]);
        }
    }

    private CloudException left(long id, FaultKind kind) {
        return new CloudException(Fault.of(kind, progress(id).left()));
    }

    /**
     * Skips devices that have left the project. History's not knowing a device is no proof; it is one if the device
     * list lacks it, and a look-up does not find it in this project.
     */
    private void skipThoseThatLeft(long id, List<String> unknown) throws CloudException, InterruptedException {
        for (String device : unknown) {
            if (reading.devices().doubt().isPresent() || reading.devices().lists(device)) {
                continue;
            }
            Optional<String> project = reading.devices().projectOf(device);
            if (project.isEmpty() || !project.get().equals(reading.devices().projectId())) {
                String where = project.map(other -> "now in project " + other)
                        .orElse("in no project that the service account may look into");
                LOG.warn("Gap {}: device {} has left the project, it is {}, and is skipped", id, device, where);
                reading.ledger().filling(id, progress(id).gone(device, where));
            }
        }
    }

    private Optional<Duration> settle(long id) throws CloudException, IOException, InterruptedException {
        reading.log().flush();
        Optional<String> doubt = reading.devices().doubt();
        if (doubt.isPresent()) {
            throw new CloudException(Fault.of(FaultKind.TRANSIENT, doubt.get()));
        }
        FillProgress progress = progress(id);
        reading.ledger().closed(id, progress.complete(reading.devices().read(id).size()));
        reading.devices().delete(id);
        LOG.info(
                "Gap {} is closed: {} events in history, {} of them new",
                id,
                progress.eventsFound(),
                progress.eventsNew());
        return Optional.empty();
    }

    private Optional<Duration> unfillable(long id) throws IOException {
        FillProgress progress = progress(id);
        reading.ledger()
                .unfillable(id, TOO_OLD + (progress.unread().isEmpty() ? "" : "; " + progress.left()), progress);
        reading.devices().delete(id);
        return Optional.empty();
    }

    private FillProgress progress(long id) {
        return reading.ledger().get(id).progress();
    }

    /** Counts listed devices that are refused in a row. */
    private final class Refusals {
        private int inARow;

        void count(DeviceOutcome outcome) {
            boolean left = outcome.kind() == DeviceOutcome.Kind.UNKNOWN
                    && reading.devices().doubt().isEmpty()
                    && !reading.devices().lists(outcome.deviceId());
            if (outcome.isRead()) {
                inARow = 0;
            } else if (!left) {
                inARow++;
            }
        }

        boolean areTooMany() {
            return inARow >= REFUSALS_IN_A_ROW;
        }
    }

    /** Saves the progress in the gap ledger; the events of done devices are on disk before that. */
    private final class Observer implements Sweep.Observer {
        private final long id;
        private final ProgressEstimate estimate;
        private final Refusals refusals = new Refusals();
        private Deadline nextSave = Deadline.after(SAVE_EVERY, reading.ticker());
        private int savedDevices;

        Observer(long id) {
            this.id = id;
            this.estimate = new ProgressEstimate("Gap " + id, progress(id), reading.clock(), reading.ticker());
            this.savedDevices = progress(id).devicesDone();
        }

        @Override
        public boolean done(DeviceOutcome outcome, boolean early) throws InterruptedException {
            // Every change of the gap ledger saves the progress, so the events of done devices must be on disk now.
            reading.log().flush();
            FillProgress before = progress(id);
            FillProgress progress =
                    before.done(outcome, early, estimate.estimatedEnd(before.devicesDone() + 1, before.devicesTotal()));
            reading.ledger().progressed(id, progress);
            estimate.log(progress);
            if (progress.devicesDone() - savedDevices >= SAVE_EVERY_DEVICES || nextSave.isOver()) {
                save();
            }
            refusals.count(outcome);
            return !refusals.areTooMany();
        }

        void save() {
            FillProgress progress = progress(id);
            reading.ledger().filling(id, progress);
            nextSave = Deadline.after(SAVE_EVERY, reading.ticker());
            savedDevices = progress.devicesDone();
        }
    }
}
