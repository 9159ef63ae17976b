package io.github.dtstream.stream;

import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.RetryingApi;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.gap.fill.FillEnvironment;
import io.github.dtstream.gap.fill.HistoryFill;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.push.PushIntake;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.session.StreamSession;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.stream.standby.StandbyStatus;
import io.github.dtstream.stream.standby.Standbys;
import io.github.dtstream.stream.standby.StreamFeed;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams of a router. Each is opened for its first subscriber and stays open until {@link #close}, so the
 * connection remains while routes are swapped. Thread-safe.
 */
public final class EventStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final Duration JOIN_GAPS_WITHIN = Duration.ofMinutes(10);
    private static final int KEPT_GAPS = 200;
    private static final Duration DEVICE_LIST_AGE = Duration.ofHours(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(1);
    private static final int DEVICE_LIST_ATTEMPTS = 5;
    private static final Backoff DEVICE_LIST_BACKOFF =
            Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1)).withJitter(1);

    private final CloudOptions cloud;
    private final StreamJournals journals;
    private final JournalSettings journalSettings;
    private final Path dataDirectory;
    private final CloudClock clock;
    private final RandomGenerator random;
    private final Supervisor supervisor;
    private final CloudClients clients;
    /** By stream: the lock under which it is opened, so that several streams open at a time. */
    private final Map<String, Object> opening = new ConcurrentHashMap<>();

    private final RejectFile rejects;
    private final Timers timers;
    private final ExecutorService background;
    private final List<Consumer<EventStream>> stopListeners = new CopyOnWriteArrayList<>();

    private final List<Consumer<EventStream>> openListeners = new CopyOnWriteArrayList<>();

    private final List<Consumer<EventStream>> closingListeners = new CopyOnWriteArrayList<>();

    private final List<Runnable> closeListeners = new CopyOnWriteArrayList<>();

    private final String prefix;
    private final MemoryBudget memory;
    private final Standbys standbys;
    /** Guarded by this. */
    private final Map<String, EventStream> streams = new TreeMap<>();
    /** By project; the streams of a project share its devices. Guarded by this. */
    private final Map<String, DeviceDirectory> directories = new TreeMap<>();
    /** Whether streams start as soon as they are opened. Guarded by this. */
    private boolean started;
    /** Whether no stream is opened any more. Guarded by this. */
    private boolean closed;
    /** Whether only {@link #start(String)} starts a stream. */
    private volatile boolean oneByOne;

    /**
     * @param cloud how to reach the cloud
     * @param accounts the same with the service account of a project
     * @param journals where journals are kept
     * @param journalSettings the settings of each journal
     * @param dataDirectory the folder of all other files
     * @param clock the cloud's time for all streams; learns it from answers
     * @param supervisor makes the threads
     * @param masking removes secrets from texts that are kept
     * @param memory the budget for events in memory
     * @param prefix a prefix of the streams' names that differs for each component; empty text for none
     */
    public EventStreams(
            CloudOptions cloud,
            Function<String, CloudOptions> accounts,
            Journals journals,
            JournalSettings journalSettings,
            Path dataDirectory,
            CloudClock clock,
            RandomGenerator random,
            Supervisor supervisor,
            Masking masking,
            MemoryBudget memory,
            String prefix) {
        this(
                cloud,
                accounts,
                journals,
                journalSettings,
                dataDirectory,
                clock,
                random,
                supervisor,
                Timers.of(supervisor.pool(
                        1, "dt-stream-timers", "a retry, a renewal or a deadline of a stream did not happen in time")),
                masking,
                memory,
                prefix);
    }

    EventStreams(
            CloudOptions cloud,
            Function<String, CloudOptions> accounts,
            Journals journals,
            JournalSettings journalSettings,
            Path dataDirectory,
            CloudClock clock,
            RandomGenerator random,
            Supervisor supervisor,
            Timers timers,
            Masking masking,
            MemoryBudget memory,
            String prefix) {
        this.prefix = prefix;
        this.memory = memory;
        this.standbys = new Standbys(memory);
        this.timers = timers;
        this.cloud = cloud;
        this.clients = new CloudClients(cloud, accounts, clock, supervisor);
        this.journalSettings = journalSettings;
        this.dataDirectory = dataDirectory;
        this.clock = clock;
        this.random = random;
        this.supervisor = supervisor;
        this.rejects = RejectFile.in(dataDirectory, clock, masking);
        this.journals = new StreamJournals(
                journals, journalSettings, new Journals.Surroundings(rejects, clock, supervisor, memory), prefix);
        this.background = supervisor.pool(1, "dt-devices", "the device list was not read");
    }

    /**
     * The stream of a project and name; opened if it is not open.
     *
     * @throws IllegalArgumentException if other subscribers use it with different options, a credential is missing, or
     *     credentials must not be sent to a URL
     * @throws IOException if its journal cannot be opened
     */
    public EventStream acquire(String streamName, StreamSettings settings, String subscriber) throws IOException {
        String name = nameOf(streamName, settings);
        synchronized (turn(name)) {
            EventStream stream = opened(name, settings);
            stream.join(subscriber, settings);
            return stream;
        }
    }

    /**
     * The stream of a project and name for a route that pushes events, whatever its other options; opened if it is not
     * open.
     *
     * @param settings used if the stream is not open yet
     * @throws IllegalArgumentException if a credential is missing, or credentials must not be sent to a URL
     * @throws IOException if its journal cannot be opened
     */
    public EventStream feed(String streamName, StreamSettings settings) throws IOException {
        String name = nameOf(streamName, settings);
        synchronized (turn(name)) {
            EventStream stream = opened(name, settings);
            stream.feed();
            return stream;
        }
    }

    private static String nameOf(String streamName, StreamSettings settings) {
        return settings.projectId() + "/" + streamName;
    }

    private Object turn(String name) {
        return opening.computeIfAbsent(name, of -> new Object());
    }

    /** Called under the stream's own lock only, as a journal may take seconds to open. */
    private EventStream opened(String name, StreamSettings settings) throws IOException {
        EventStream known = stream(name).orElse(null);
        if (known != null) {
            return known;
        }
        EventStream opened = open(name, settings);
        if (!add(name, opened)) {
            opened.close();
            throw new IOException("the stream " + name + " is not opened, as the router stops");
        }
        return opened;
    }

    private synchronized boolean add(String name, EventStream opened) {
        if (closed) {
            return false;
        }
        streams.put(name, opened);
        openListeners.forEach(listener -> listener.accept(opened));
        if (started && !oneByOne) {
            opened.start();
        }
        return true;
    }

    /**
     * Stands by for a stream that another router holds: keeps a connection to the cloud, and what comes on it, until this
     * router opens the stream. Does nothing if the stream is open, or there is such a standby.
     *
     * @return whether the cloud's stream is wanted with these settings, and a service account is set
     * @throws IllegalArgumentException if a credential is missing, or credentials must not be sent to a URL
     */
    public boolean standBy(String streamName, StreamSettings settings) {
        String name = nameOf(streamName, settings);
        CloudClients.Cloud asked = clients.reach(settings);
        if (asked == null || !settings.streaming()) {
            return false;
        }
        synchronized (turn(name)) {
            if (stream(name).isEmpty()) {
                standbys.standBy(prefix + name, settings, () -> feed(settings, asked));
            }
        }
        return true;
    }

    /** Whether a standby of a stream, {@code PROJECT/STREAM}, takes it over without a gap now, provided that memory has sufficed. */
    public boolean isStandbyComplete(String name) {
        return standbys.isComplete(prefix + name, clock.instant());
    }

    /** Stands by no longer for a stream, {@code PROJECT/STREAM}. */
    public void standByNoLonger(String name) {
        standbys.end(prefix + name);
        journals.readNoLongerAhead(name);
    }

    /** The streams for which this router stands by with a connection of its own. */
    public List<StandbyStatus> standbys() {
        return standbys.statuses();
    }

    private StreamFeed feed(StreamSettings settings, CloudClients.Cloud asked) {
        return new StreamFeed((sink, listeners) -> new StreamSession(
                settings, asked.client(), sink, listeners, clock, random, timers, supervisor, memory));
    }

    /** Removes a subscriber; the stream stays open. */
    public void release(EventStream stream, String subscriber) {
        stream.leave(subscriber);
    }

    /** Starts to receive on all streams, including those that are opened later. */
    public synchronized void start() {
        started = true;
        streams.values().forEach(EventStream::start);
    }

    /**
     * From now on only {@link #start(String)} starts a stream, so that all its subscribers are there before it receives.
     */
    public void startOneByOne() {
        oneByOne = true;
    }

    /** Starts to receive on a stream, if it is open. */
    public void start(String name) {
        stream(name).ifPresent(EventStream::start);
    }

    /** The stream of that name, {@code PROJECT/STREAM}, if it is open. */
    public synchronized Optional<EventStream> stream(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    /** Closes one stream. Call it when nothing uses the stream any more. The stream can be opened again. */
    public void close(String name) {
        EventStream closing;
        synchronized (this) {
            closing = streams.remove(name);
        }
        if (closing != null) {
            closingListeners.forEach(listener -> listener.accept(closing));
            closing.close();
        }
    }

    /** The prefix of the streams' names, which differs for each component; empty text for none. */
    public String prefix() {
        return prefix;
    }

    /** The journals of the streams. */
    public StreamJournals journals() {
        return journals;
    }

    /** The reject file of all streams. */
    public RejectFile rejects() {
        return rejects;
    }

    /** The budget for events in memory. */
    public MemoryBudget memory() {
        return memory;
    }

    /** The cloud's time, as far as it is known. */
    public CloudClock clock() {
        return clock;
    }

    /** All open streams. */
    public synchronized List<EventStream> all() {
        return List.copyOf(streams.values());
    }

    /** Adds a listener for each stream that stops; called by the stream's own thread. */
    public void onStopped(Consumer<EventStream> listener) {
        stopListeners.add(listener);
    }

    /** Adds a listener for each stream that is opened, including those that are open now; it must not wait. */
    public synchronized void onOpened(Consumer<EventStream> listener) {
        openListeners.add(listener);
        streams.values().forEach(listener);
    }

    /** Adds a listener for each stream that is about to be closed while others continue. */
    public void onClosing(Consumer<EventStream> listener) {
        closingListeners.add(listener);
    }

    /** Adds an action that runs before the streams are closed. */
    public void beforeClose(Runnable action) {
        closeListeners.add(action);
    }

    @Override
    public void close() {
        closeListeners.forEach(Runnable::run);
        List<EventStream> open;
        List<DeviceDirectory> known;
        synchronized (this) {
            closed = true;
        }
        opening.values().forEach(EventStreams::await);
        standbys.close();
        journals.readNothingAhead();
        synchronized (this) {
            open = new ArrayList<>(streams.values());
            streams.clear();
            known = List.copyOf(directories.values());
        }
        open.forEach(EventStream::close);
        timers.close();
        background.shutdownNow();
        clients.close();
        awaitBackground();
        known.forEach(DeviceDirectory::close);
        rejects.close();
    }

    /** Waits until a stream is not being opened. */
    @SuppressWarnings("EmptyBlock")
    private static void await(Object turn) {
        synchronized (turn) {
            // Who has this lock has seen that no stream is opened any more, or has added one.
        }
    }

    /** Waits for a device list that is being read or written: after closing, nothing may be written. */
    private void awaitBackground() {
        try {
            if (!background.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The device list is still being read or written while the streams close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private EventStream open(String name, StreamSettings settings) throws IOException {
        CloudClients.Cloud asked = clients.reach(settings);
        Journals.Opened opened = journals.open(name);
        Journal journal = opened.journal();
        try {
            Path gaps = dataDirectory.resolve("gaps").resolve(name);
            FillSettings fillSettings = FillSettings.DEFAULTS
                    .withIndexingDelay(cloud.historyIndexingDelay())
                    .withReconcileWindow(cloud.reconcileWindow());
            GapLedger ledger = openLedger(opened.state(), fillSettings);
            DeviceDirectory devices = directory(settings.projectId(), asked);
            EventStream stream = new EventStream(
                    prefix + name,
                    clients.account(settings.projectId()),
                    settings,
                    journal,
                    journalSettings,
                    rejects,
                    ledger,
                    devices,
                    clock,
                    asked == null
                            ? null
                            : (of, log, filters) -> new HistoryFill(
                                    settings.projectId(),
                                    filters,
                                    devices::matching,
                                    asked.rateLimited(),
                                    of,
                                    log,
                                    gaps,
                                    fillSettings,
                                    new FillEnvironment(
                                            clock,
                                            clock::nanos,
                                            Sleeper.SYSTEM,
                                            random,
                                            supervisor.factory(
                                                    "dt-history-" + name, "no gap is filled", AfterFailure.RESTART),
                                            memory)),
                    asked == null
                            ? null
                            : standbys.take(prefix + name, settings).orElseGet(() -> feed(settings, asked)),
                    observer -> new PushIntake(
                            settings.projectId(),
                            settings.maxEventSize(),
                            journal,
                            clock,
                            timers,
                            supervisor,
                            memory,
                            observer),
                    this::stopped);
            stream.onTakenOver(stream::takenOver);
            return stream;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** Called by the stream's thread. */
    private void stopped(EventStream stream) {
        List<EventStream> open = all();
        if (open.contains(stream) && !open.stream().allMatch(EventStream::isStopped)) {
            // Other streams continue, and so does the process. First, as a listener may fail.
            stream.retryRefused();
        }
        stopListeners.forEach(listener -> listener.accept(stream));
    }

    /** The devices of a project and the reject file, for a reader of a stream that is not open here. */
    public synchronized StreamRecords records(String streamName, StreamSettings settings) {
        return new StreamRecords(
                prefix + settings.projectId() + "/" + streamName,
                directory(settings.projectId(), clients.reach(settings)),
                rejects);
    }

    private GapLedger openLedger(DurableState state, FillSettings fillSettings) throws IOException {
        try {
            return GapLedger.open(state, fillSettings, JOIN_GAPS_WITHIN, KEPT_GAPS, clock, gap -> {});
        } catch (IOException e) {
            throw new IOException("the gap ledger " + state + " cannot be read", e);
        }
    }

    private synchronized DeviceDirectory directory(String projectId, CloudClients.@Nullable Cloud asked) {
        return directories.computeIfAbsent(projectId, project -> {
            DeviceDirectory directory = new DeviceDirectory(
                    project,
                    asked == null ? null : new Devices(retrying(asked.rateLimited()), project),
                    dataDirectory.resolve("devices").resolve(project + ".ndjson"),
                    DEVICE_LIST_AGE,
                    clock,
                    clock::nanos,
                    background);
            directory.start();
            return directory;
        });
    }

    private CloudApi retrying(CloudApi single) {
        return RetryingApi.of(single, DEVICE_LIST_ATTEMPTS, DEVICE_LIST_BACKOFF, Sleeper.SYSTEM, random);
    }
}
