package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.api.RateLimitedApi;
import io.github.dtstream.cloud.api.RetryingApi;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapEnds;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the gaps of one stream from the cloud's history, oldest first. Polls history while the stream is blocked, and
 * reconciles when there is nothing else to do. One worker thread does all of this, between {@link #start} and {@link
 * #close}. The other methods may be called by any thread.
 *
 * <p>A fill never delays the live stream. The two share only the journal; the fill sends requests within the service
 * account's budget, and waits while the journal is held. If the cloud fails, the gap waits and is continued later.
 */
public final class HistoryFill implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryFill.class);

    private static final int ATTEMPTS = 8;
    private static final Backoff REQUESTS =
            Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1)).withJitter(1);
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);

    private final String projectId;
    private final Supplier<StreamFilters> filters;
    private final KnownDevices known;
    private final GapLedger ledger;
    private final EventLog log;
    private final Path folder;
    private final FillSettings settings;
    private final FillEnvironment environment;
    private final Storage storage;
    private final Clock clock;
    private final CloudApi api;
    private final GapEnds ends;
    private final GapFill gapFill;
    private final HistoryPoller poller;
    private final Reconciler reconciler;
    private final FillPauses pauses;
    private final Semaphore wakeUps = new Semaphore(0);

    private @Nullable Thread worker;
    private volatile boolean closed;

    /**
     * Why a gap's fill waits.
     *
     * @param until when the fill continues
     * @param failures the number of failures since the last progress; 0 for a planned wait
     * @param why one sentence on the last failure; empty for a planned wait
     */
    public record Pause(Instant until, int failures, String why) {}

    /**
     * @param projectId the stream's project
     * @param filters the stream's present filters
     * @param known the devices of the project that are known without asking the cloud
     * @param api makes single requests within the service account's budget; this class repeats them
     * @param folder for the state of a fill over a restart; only for this class
     */
    public HistoryFill(
            String projectId,
            Supplier<StreamFilters> filters,
            KnownDevices known,
            CloudApi api,
            GapLedger ledger,
            EventLog log,
            Path folder,
            FillSettings settings,
            FillEnvironment environment) {
        this(projectId, filters, known, api, ledger, log, folder, settings, environment, new SystemStorage());
    }

    HistoryFill(
            String projectId,
            Supplier<StreamFilters> filters,
            KnownDevices known,
            CloudApi api,
            GapLedger ledger,
            EventLog log,
            Path folder,
            FillSettings settings,
            FillEnvironment environment,
            Storage storage) {
        this.storage = storage;
        this.projectId = projectId;
        this.filters = filters;
        this.known = known;
        this.ledger = ledger;
        this.log = log;
        this.folder = folder;
        this.settings = settings;
        this.environment = environment;
        this.clock = environment.clock();
        CloudApi slow = RateLimitedApi.of(api, settings.reconcileRequestsPerSecond(), environment.sleeper());
        this.api = retrying(api);
        this.pauses = new FillPauses(ledger, environment);
        this.ends = new GapEnds(settings.settling(), environment.ticker());
        this.gapFill = new GapFill(reading(this.api, "gap"), ends);
        this.poller = new HistoryPoller(reading(api, "poll"));
        this.reconciler = new Reconciler(reading(retrying(slow), "reconcile"));
        ledger.whenFillable(this::fillable);
    }

    /** Called under the ledger's lock. */
    private void fillable() {
        ends.saw(ledger.fillable());
        wakeUps.release();
    }

    /** Starts the worker. */
    public synchronized void start() {
        if (worker == null && !closed) {
            worker = environment.threads().newThread(this::work);
            worker.start();
        }
    }

    /** Why and until when a gap's fill waits; empty if it does not. From any thread. */
    public Optional<Pause> pause(long gapId) {
        return pauses.of(gapId);
    }

    /** The polling of history while the stream is blocked; empty if history is not polled. From any thread. */
    public Optional<Polling> polling() {
        return poller.state();
    }

    /**
     * Reads a span of history into the journal, on the calling thread. Events that the journal has are not appended
     * again. Events that were published less than the indexing delay ago may be missing.
     *
     * @param listener called after each device
     * @return the result; it names devices that could not be read
     * @throws CloudException if the cloud refuses everything, or fails several times in a row
     * @throws IOException if the local disk fails
     */
    public FillProgress backfill(Instant from, Instant to, Consumer<FillProgress> listener)
            throws CloudException, IOException, InterruptedException {
        return new Backfill(reading(api, "backfill")).run(new Window(from, to), listener);
    }

    /** Stops the worker within about a second, also in a wait or a request. Its work continues after a restart. */
    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            closed = true;
            thread = worker;
        }
        if (thread == null) {
            return;
        }
        thread.interrupt();
        ThreadEnd.await(thread, STOP_PATIENCE);
    }

    private void work() {
        while (!closed && !log.isTakenOver()) {
            try {
                Duration idle = step();
                wakeUps.tryAcquire(idle.toMillis(), TimeUnit.MILLISECONDS);
                wakeUps.drainPermits();
            } catch (InterruptedException e) {
                // Only close interrupts the worker; the loop's condition decides.
                LOG.debug("The fill's worker was interrupted");
            }
        }
    }

    /**
     * Does the next work that is due.
     *
     * @return how long nothing is due, unless a gap becomes fillable
     */
    Duration step() throws InterruptedException {
        ledger.save();
        List<Gap> gaps = ledger.fillable();
        ends.saw(gaps);
        pauses.keep(gaps);
        // one that has failed again and again does not hold up a new one
        Optional<Gap> next =
                gaps.stream().filter(pauses::isDue).min(Comparator.comparing(gap -> pauses.failures(gap.id()) > 0));
        if (next.isPresent()) {
            Optional<Gap> taken = ledger.takeUp(next.get().id());
            if (taken.isPresent()) {
                fill(taken.get());
            }
            return Duration.ZERO;
        }
        Optional<Deadline> pollAt = poller.due();
        if (hasCome(pollAt)) {
            poll();
            return Duration.ZERO;
        }
        Optional<Deadline> reconcileAt = reconciler.due();
        if (hasCome(reconcileAt)) {
            reconcile();
            return Duration.ZERO;
        }
        return idle(pollAt, reconcileAt);
    }

    private static boolean hasCome(Optional<Deadline> due) {
        return due.isPresent() && due.get().isOver();
    }

    private Duration idle(Optional<Deadline> pollAt, Optional<Deadline> reconcileAt) {
        Stream<Duration> dueIn = Stream.of(pauses.ends(), pollAt.stream(), reconcileAt.stream())
                .flatMap(deadlines -> deadlines)
                .map(Deadline::left);
        // An interruption of the stream wakes nobody, so the worker looks at intervals.
        Stream<Duration> look = Stream.of(LONGEST_IDLE, settings.blockedAfter());
        return Stream.concat(dueIn, look).min(Comparator.naturalOrder()).orElse(LONGEST_IDLE);
    }

    private void fill(Gap gap) throws InterruptedException {
        long id = gap.id();
        try {
            pauses.planned(id, gapFill.run(gap, pauses.failures(id)));
        } catch (CloudException e) {
            FillPauses.Cause cause = e.fault().mayPass() ? FillPauses.Cause.PASSING : FillPauses.Cause.LASTING;
            pauses.failed(gap, e.fault().summary(), cause, e.fault().minimumDelay());
        } catch (IOException e) {
            stopIfClosed();
            pauses.failed(gap, "the local disk fails: " + e, FillPauses.Cause.DISK, Duration.ZERO);
        } catch (RuntimeException e) {
            stopIfClosed();
            if (pauses.failed(gap, "it failed unexpectedly: " + e, FillPauses.Cause.LASTING, Duration.ZERO)) {
                LOG.error("This is where the fill of gap {} failed", id, e);
            }
        }
    }

    private void poll() throws InterruptedException {
        try {
            poller.run(this::isFillDue);
        } catch (CloudException e) {
            poller.failed(e.fault().summary());
        } catch (IOException e) {
            stopIfClosed();
            poller.failed("the local disk fails: " + e);
        } catch (RuntimeException e) {
            stopIfClosed();
            LOG.error("The polling of history failed unexpectedly", e);
            poller.failed(e.toString());
        }
    }

    private boolean isFillDue() {
        return ledger.fillable().stream().anyMatch(pauses::isDue);
    }

    private void reconcile() throws InterruptedException {
        try {
            reconciler.run(() -> isFillDue() || hasCome(poller.due()));
        } catch (CloudException e) {
            LOG.warn("Reconciliation pauses for {}: {}", ReadableDuration.of(FillPauses.LONGEST), e.getMessage());
            reconciler.postpone(FillPauses.LONGEST);
        } catch (IOException e) {
            stopIfClosed();
            LOG.warn(
                    "Reconciliation pauses for {}: the local disk fails: {}",
                    ReadableDuration.of(FillPauses.LONGEST),
                    e.toString());
            reconciler.postpone(FillPauses.LONGEST);
        } catch (RuntimeException e) {
            stopIfClosed();
            LOG.error("Reconciliation failed unexpectedly", e);
            reconciler.postpone(FillPauses.LONGEST);
        }
    }

    /**
     * Ends the work if the worker was interrupted: an interrupted read of a file then fails with an I/O error, and an
     * interrupted wait for an HTTP connection with an unchecked exception. Also ends it if another process has taken the
     * journal over, which refuses events then and is about to have this closed.
     */
    private void stopIfClosed() throws InterruptedException {
        if (closed || log.isTakenOver()) {
            throw new InterruptedException();
        }
    }

    private List<String> eventTypes() {
        return filters.get().eventTypes();
    }

    private CloudApi retrying(CloudApi single) {
        return RetryingApi.of(single, ATTEMPTS, REQUESTS, environment.sleeper(), environment.random());
    }

    private HistoryReading reading(CloudApi from, String name) {
        return new HistoryReading(
                ledger, devices(from), sweep(from, name), log, this::eventTypes, settings, clock, environment.ticker());
    }

    private DeviceList devices(CloudApi from) {
        return new DeviceList(new Devices(from, projectId), filters, known, folder, storage, environment.ticker());
    }

    private Sweep sweep(CloudApi from, String name) {
        History history = new History(from, projectId, settings.pageSize());
        Path spool = folder.resolve(name + ".spool");
        DeviceReader reader = new DeviceReader(history, log, new EnvelopeDecoder(), spool, storage, clock);
        return new Sweep(reader, log, settings.knownAtOnce(), environment.memory(), clock, environment.sleeper());
    }
}
