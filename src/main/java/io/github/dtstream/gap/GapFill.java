package io.github.dtstream.gap;

import io.github.dtstream.cloud.CloudException;
import io.github.dtstream.cloud.Fault;
import io.github.dtstream.cloud.FaultKind;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills one gap at a time, in two passes: the first at once, so that most of what is missing comes soon; the last, over
 * the newest part and the devices that were read early, when the indexing delay has passed. May be left at any instant and
 * taken up again, also by another process. Used by one thread.
 */
final class GapFill {
    private static final Logger LOG = LoggerFactory.getLogger(GapFill.class);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(1);
    private static final int SAVE_EVERY_DEVICES = 100;
    private static final int REFUSALS_THAT_SETTLE = 3;
    private static final String TOO_OLD = "it is older than the cloud's history reaches";

    private final GapLedger ledger;
    private final DeviceList devices;
    private final Sweep sweep;
    private final EventLog log;
    private final Supplier<List<String>> eventTypes;
    private final FillSettings settings;
    private final Clock clock;

    GapFill(
            GapLedger ledger,
            DeviceList devices,
            Sweep sweep,
            EventLog log,
            Supplier<List<String>> eventTypes,
            FillSettings settings,
            Clock clock) {
        this.ledger = ledger;
        this.devices = devices;
        this.sweep = sweep;
        this.log = log;
        this.eventTypes = eventTypes;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Goes on with a gap as far as it can.
     *
     * @param gap one that was taken up, as it was before
     * @return when to come again; empty if the gap is settled
     * @throws CloudException if the cloud fails as a whole; to be tried again later
     */
    Optional<Instant> run(Gap gap) throws CloudException, IOException, InterruptedException {
        long id = gap.id();
        FillPlan plan = FillPlan.of(gap, settings, clock.instant());
        if (plan.window().isEmpty()) {
            return unfillable(id, TOO_OLD);
        }
        if (plan.historyStart().isPresent()) {
            ledger.cut(id, plan.historyStart().get(), TOO_OLD);
        }
        try {
            Optional<Instant> again = read(id, plan, plan.window().get());
            return again.isPresent() ? again : settle(id);
        } catch (CloudException e) {
            if (e.fault().kind() == FaultKind.PERMANENT) {
                return unfillable(id, advice(e.fault()));
            }
            throw e;
        }
    }

    private Optional<Instant> read(long id, FillPlan plan, Window window)
            throws CloudException, IOException, InterruptedException {
        beginAgainIfListIsLost(id);
        if (!progress(id).lastPass()) {
            List<String> list = devices.update(id);
            ledger.filling(id, progress(id).firstPass(clock.instant(), list.size()));
            pass(id, new Sweep.Request(list, window, eventTypes.get()), plan);
            if (allRefused(progress(id))) {
                return Optional.empty();
            }
            if (progress(id).devicesEarly() > 0 && clock.instant().isBefore(plan.lastPassAt())) {
                return Optional.of(plan.lastPassAt());
            }
        }
        FillProgress progress = progress(id);
        if (progress.devicesEarly() > 0) {
            List<String> early = devices.read(id).subList(0, progress.devicesEarly());
            Window newest = FillPlan.lastPass(window, progress.passStarted(), settings);
            ledger.filling(id, progress.lastPass(early.size()));
            pass(id, new Sweep.Request(early, newest, eventTypes.get()), plan);
        }
        retryPostponed(id, window);
        return Optional.empty();
    }

    /** Without its list of devices, how many are done says nothing. */
    private void beginAgainIfListIsLost(long id) throws IOException {
        FillProgress progress = progress(id);
        int needed = Math.max(progress.devicesDone(), progress.devicesEarly());
        if (devices.read(id).size() < needed) {
            LOG.warn("The device list of gap {} is lost; the fill begins again", id);
            ledger.filling(id, FillProgress.NONE);
        }
    }

    private void pass(long id, Sweep.Request request, FillPlan plan)
            throws CloudException, IOException, InterruptedException {
        Observer observer = new Observer(id, plan.lastPassAt());
        try {
            sweep.run(request, progress(id).devicesDone(), observer);
        } finally {
            // Not after an interrupt: what is not saved is only read again.
            if (!Thread.currentThread().isInterrupted()) {
                observer.save();
            }
        }
    }

    /** What failed alone is read once more; the gap waits for it, but not for ever. */
    private void retryPostponed(long id, Window window) throws CloudException, IOException, InterruptedException {
        for (String device : progress(id).postponed()) {
            Sweep.Request request = new Sweep.Request(List.of(device), window, eventTypes.get());
            DeviceOutcome[] last = new DeviceOutcome[1];
            sweep.run(request, 0, (outcome, asked) -> {
                last[0] = outcome;
                return true;
            });
            if (last[0].kind() == DeviceOutcome.Kind.FAILED) {
                if (isGivenUp(id)) {
                    continue;
                }
                throw new CloudException(Fault.of(FaultKind.TRANSIENT, last[0].sentence()));
            }
            log.flush();
            ledger.filling(id, progress(id).recovered(last[0]));
        }
    }

    private boolean isGivenUp(long id) {
        Instant started = ledger.get(id).started();
        return started != null && started.plus(settings.giveUpAfter()).isBefore(clock.instant());
    }

    private Optional<Instant> settle(long id) throws IOException, InterruptedException {
        log.flush();
        FillProgress progress = progress(id);
        if (!progress.refused().isEmpty()) {
            return unfillable(id, "the cloud refuses the history of " + advice(progress.refused()));
        }
        if (!progress.postponed().isEmpty()) {
            return unfillable(id, "the cloud fails to give the history of " + advice(progress.postponed()));
        }
        ledger.closed(id, progress.complete(devices.read(id).size()));
        devices.delete(id);
        if (progress.devicesGone() > 0) {
            LOG.warn(
                    "Gap {}: {} devices are not in the project any more and were skipped: {}",
                    id,
                    progress.devicesGone(),
                    String.join(", ", progress.gone()));
        }
        LOG.info(
                "Gap {} is closed: {} events in history, {} of them new",
                id,
                progress.eventsFound(),
                progress.eventsNew());
        return Optional.empty();
    }

    private Optional<Instant> unfillable(long id, String why) throws IOException {
        ledger.unfillable(id, why, progress(id));
        devices.delete(id);
        return Optional.empty();
    }

    private FillProgress progress(long id) {
        return ledger.get(id).progress();
    }

    private static boolean allRefused(FillProgress progress) {
        int refused = progress.refused().size();
        int given = progress.devicesDone()
                - refused
                - progress.devicesGone()
                - progress.postponed().size();
        return !progress.lastPass()
                && given <= 0
                && refused >= Math.min(REFUSALS_THAT_SETTLE, Math.max(1, progress.devicesTotal()));
    }

    private static String advice(Fault fault) {
        boolean forbidden = fault.status().orElse(0) == 403;
        return (forbidden ? "no permission to read history: " : "the cloud refuses it: ")
                + fault.summary()
                + ". When that is mended, run backfill over this time";
    }

    private static String advice(List<String> names) {
        return names.size() + " devices or more ("
                + String.join("; ", names)
                + "). When that is mended, run backfill over this time";
    }

    /** Keeps the ledger's progress; what it says to be done is on disk before. */
    private final class Observer implements Sweep.Observer {
        private final long id;
        private final Instant lastPassAt;
        private final Pace pace;
        private Instant saved = clock.instant();
        private int savedDevices;

        Observer(long id, Instant lastPassAt) {
            this.id = id;
            this.lastPassAt = lastPassAt;
            this.pace = new Pace("Gap " + id, progress(id), clock);
            this.savedDevices = progress(id).devicesDone();
        }

        @Override
        public boolean done(DeviceOutcome outcome, Instant asked) throws InterruptedException {
            // Any change of the ledger takes the progress along, so what it says to be done must be on disk now.
            log.flush();
            FillProgress before = progress(id);
            FillProgress progress = before.done(
                    outcome,
                    asked.isBefore(lastPassAt),
                    pace.estimatedEnd(before.devicesDone() + 1, before.devicesTotal()));
            ledger.progressed(id, progress);
            pace.log(progress);
            if (progress.devicesDone() - savedDevices >= SAVE_EVERY_DEVICES
                    || Duration.between(saved, clock.instant()).compareTo(SAVE_EVERY) >= 0) {
                save();
            }
            return !allRefused(progress);
        }

        void save() {
            FillProgress progress = progress(id);
            ledger.filling(id, progress);
            saved = clock.instant();
            savedDevices = progress.devicesDone();
        }
    }
}
