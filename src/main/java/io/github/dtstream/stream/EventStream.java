package io.github.dtstream.stream;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.device.DeviceListListener;
import io.github.dtstream.device.OfferedDevices;
import io.github.dtstream.device.ToldDevices;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.gap.GapListener;
import io.github.dtstream.gap.fill.EventLog;
import io.github.dtstream.gap.fill.HistoryFill;
import io.github.dtstream.gap.fill.Polling;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.push.PushIntake;
import io.github.dtstream.push.PushReceipt;
import io.github.dtstream.push.PushedEvent;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.session.SessionListener;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.session.StreamSession;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.session.handover.EventSink;
import io.github.dtstream.text.SentenceCounts;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.EventRate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: a session with the cloud that writes into a journal, which any number of subscribers read. It outlives its
 * subscribers: a route that is edited or stopped does not interrupt it. What others bring ({@link #push}) goes into the same
 * journal, beside what the session receives, or in its place where the stream is not to be held. Thread-safe.
 */
public final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final String NO_HISTORY =
            "the stream is not held any more, and without a service account history cannot be read";

    private final String name;
    private final String account;
    private final Journal journal;
    private final JournalSettings journalSettings;
    private final RejectFile rejects;
    private final GapLedger ledger;
    private final @Nullable HistoryFill fill;
    private final DeviceDirectory devices;
    private final CloudClock clock;
    private final PushFactory pushes;
    private final Consumer<EventStream> onStopped;
    private final @Nullable StreamSession session;
    private final Instant opened;

    private final AtomicLong live = new AtomicLong();
    private final AtomicLong history = new AtomicLong();
    private final AtomicLong pushed = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong truncated = new AtomicLong();
    private final AtomicLong interruptions = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong renewals = new AtomicLong();
    private final SentenceCounts reconnects = new SentenceCounts();
    /** Guarded by itself. */
    private final EventRate rate = new EventRate();
    /** By the ticker; 0 while nothing has come. */
    private volatile long heardNanos;
    /** When somebody brought something last. */
    private volatile @Nullable Instant lastPushed;
    /** Made with the first push; written under this. */
    private volatile @Nullable PushIntake intake;
    /** Whether a route brings what it gets elsewhere. */
    private volatile boolean fed;
    /** Whether the session has what it needs to begin, and is wanted. Written under this, for good when it starts. */
    private volatile boolean streaming;

    /** Guarded by this. */
    private final Set<String> subscribers = new TreeSet<>();
    /** Written under this; read by the fill's worker too. */
    private volatile StreamSettings settings;
    /** Guarded by this. */
    private boolean started;
    /** Written before the session starts. */
    private long startedNanos;
    /** Whether nothing was ever received. Written before the session starts, then owned by its thread. */
    private boolean isNew;
    /** Owned by the session's thread. */
    private boolean beginningIsGap;
    /** Whether a first attempt to connect was made. Owned by the session's thread. */
    private boolean attempted;

    /** Makes the session that belongs to a sink and listeners. */
    interface SessionFactory {
        StreamSession create(StreamSettings settings, EventSink sink, List<SessionListener> listeners);
    }

    /** Makes the worker that fills the gaps of a ledger, for the filters that the stream has at the time. */
    interface FillFactory {
        HistoryFill create(GapLedger ledger, EventLog log, Supplier<StreamFilters> filters);
    }

    /** Makes what takes pushes. */
    interface PushFactory {
        PushIntake create(Consumer<List<PushedEvent>> observer);
    }

    /**
     * @param account the name of the service account that it is read by; empty text for the one that needs none
     * @param fills null where nobody may read history
     * @param sessions null where nobody may ask for the stream
     */
    EventStream(
            String name,
            String account,
            StreamSettings settings,
            Journal journal,
            JournalSettings journalSettings,
            EventLog log,
            RejectFile rejects,
            GapLedger ledger,
            DeviceDirectory devices,
            CloudClock clock,
            @Nullable FillFactory fills,
            @Nullable SessionFactory sessions,
            PushFactory pushes,
            Consumer<EventStream> onStopped) {
        this.name = name;
        this.account = account;
        this.settings = settings;
        this.journal = journal;
        this.journalSettings = journalSettings;
        this.rejects = rejects;
        this.ledger = ledger;
        this.devices = devices;
        this.clock = clock;
        this.pushes = pushes;
        this.onStopped = onStopped;
        this.opened = clock.instant();
        this.fill = fills == null ? null : fills.create(ledger, new CountedLog(log), () -> this.settings.filters());
        this.session = sessions == null ? null : sessions.create(settings, new Intake(), List.of(new Progress()));
        this.streaming = session != null && settings.streaming();
    }

    /** Project and stream name, as they stand in logs and metrics. */
    public String name() {
        return name;
    }

    /** The name of the service account that it is read by; empty text for the one that needs none. */
    public String account() {
        return account;
    }

    public Journal journal() {
        return journal;
    }

    /** The bounds of its journal. */
    public JournalSettings journalSettings() {
        return journalSettings;
    }

    /** How long ago the stream brought its last event or ping, or, where it is not held, somebody did; empty if none has. */
    public Optional<Duration> silence() {
        long heard = heardNanos;
        return heard == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, clock.nanos() - heard)));
    }

    /** A silence of that length ends a connection. */
    public Duration silenceLimit() {
        return settings.silenceLimit();
    }

    /** How often no connection was receiving after one had been, by reason, since start. */
    public Map<String, Long> reconnects() {
        return reconnects.counts();
    }

    /** How often a successor took over from a live connection, since start. */
    public long renewals() {
        return renewals.get();
    }

    /** Events and pings that the stream brought a second, averaged over the last minute. */
    public double perSecond() {
        synchronized (rate) {
            return rate.perSecond(clock.instant());
        }
    }

    /** Whether it is wanted that the cloud's stream is open, whether it just is or not. */
    public boolean isStreaming() {
        return streaming;
    }

    /** Where the session with the cloud stands. */
    public SessionState sessionState() {
        return session == null || !streaming ? new SessionState.Unheld(opened) : session.state();
    }

    /** When somebody brought something last, since start; empty if nobody has. */
    public Optional<Instant> lastPushed() {
        return Optional.ofNullable(lastPushed);
    }

    /** Whether a route is there that brings events from elsewhere. */
    public boolean isFed() {
        return fed;
    }

    /** A route is there that brings events from elsewhere. */
    void feed() {
        fed = true;
    }

    /** Whether it can go on by itself no more: the session has ended, and nobody brings anything. */
    public boolean isStopped() {
        return sessionState() instanceof SessionState.Stopped && !fed;
    }

    /** Appends what somebody brings, once; see {@link PushIntake#push}. */
    public CompletableFuture<PushReceipt> push(List<byte[]> parts, Duration patience) throws InterruptedException {
        PushIntake taking = intake;
        return (taking == null ? openIntake() : taking).push(parts, patience);
    }

    private synchronized PushIntake openIntake() {
        PushIntake taking = intake;
        if (taking == null) {
            taking = pushes.create(this::pushed);
            intake = taking;
        }
        return taking;
    }

    private void heard() {
        long now = clock.nanos();
        heardNanos = now == 0 ? 1 : now;
    }

    /** Called by the intake's thread. */
    private void pushed(List<PushedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        pushed.addAndGet(events.size());
        lastPushed = now;
        if (!streaming) {
            heard();
        }
        synchronized (rate) {
            rate.add(now, events.size());
        }
        for (PushedEvent one : events) {
            devices.pushed(one.event(), one.device());
        }
    }

    /** What was counted since start; an immutable snapshot. */
    public StreamCounters counters() {
        return new StreamCounters(
                live.get(),
                history.get(),
                pushed.get(),
                rejected.get(),
                truncated.get(),
                interruptions.get(),
                retries.get());
    }

    /** The gaps that the ledger knows, oldest first. */
    public List<Gap> gaps() {
        return ledger.snapshot();
    }

    /** How history is polled while the stream is blocked; empty if it is not. */
    public Optional<Polling> polling() {
        return fill == null ? Optional.empty() : fill.polling();
    }

    /** Why and for how long a gap's fill waits; empty if it does not. */
    public Optional<HistoryFill.Pause> fillPause(Gap gap) {
        return fill == null ? Optional.empty() : fill.pause(gap.id());
    }

    /** What the disk said when the ledger of gaps could not be written last; empty while it is as it should be. */
    public Optional<String> ledgerProblem() {
        return ledger.problem();
    }

    /** How many gaps are not closed yet, and not known to be beyond history. */
    public int openGaps() {
        return (int) ledger.snapshot().stream().filter(gap -> !gap.isSettled()).count();
    }

    /** What is known of the device that an event is about; null on a ping, or while the list has not been read. */
    public @Nullable Device device(Event event) {
        String deviceId = event.deviceId();
        return deviceId == null ? null : devices.get(deviceId).orElse(null);
    }

    /** What is known of a device; empty while the list has not been read, or it is not in it. */
    public Optional<Device> device(String deviceId) {
        return devices.get(deviceId);
    }

    /**
     * What each device has sent last, for a subscriber that wants it; empty where nobody may read the device list.
     *
     * @param isNew whether nobody is to count as offered yet
     * @param folder of the files that say who was offered to whom
     */
    public Optional<Subscription> firstValues(String subscriber, boolean isNew, Path folder) throws IOException {
        if (devices.list().isEmpty()) {
            return Optional.empty();
        }
        OfferedDevices offered = OfferedDevices.read(folderIn(folder).resolve(subscriber + ".txt"));
        if (isNew) {
            offered.clear();
        }
        FirstValues values = new FirstValues(
                subscriber + "-first-values",
                devices.list().get(),
                devices,
                () -> settings.filters(),
                offered,
                clock,
                clock::nanos);
        values.begin();
        return Optional.of(values);
    }

    /**
     * Which devices joined the project, changed and left it, for a subscriber that wants to know; empty where nobody may read the
     * device list.
     *
     * @param isNew whether nothing is to count as told yet
     * @param folder of the files that say what was told to whom
     */
    public Optional<Subscription> deviceChanges(String subscriber, boolean isNew, Path folder) throws IOException {
        if (devices.list().isEmpty()) {
            return Optional.empty();
        }
        ToldDevices told = ToldDevices.read(folderIn(folder).resolve(subscriber + ".ndjson"));
        if (isNew) {
            told.clear();
        }
        DeviceChanges changes = new DeviceChanges(
                subscriber + "-device-changes",
                devices.list().get(),
                devices,
                () -> settings.filters().devices(),
                told,
                clock,
                clock::nanos);
        changes.begin();
        return Optional.of(changes);
    }

    /** Its own below that one; the same for a component of another name. */
    private Path folderIn(Path folder) {
        return folder.resolve(name.replaceFirst("^[^/]*:", ""));
    }

    /** All devices of the project that are known, in no order. */
    public Collection<Device> devices() {
        return devices.all();
    }

    /** Changes when a device of the project, or what is known of one, does. */
    public long deviceVersion() {
        return devices.version();
    }

    /** Tells of what happens to gaps; see there what it must not do. */
    public void onGapChanged(GapListener listener) {
        ledger.addListener(listener);
    }

    /** Tells of each device list that is not doubted. */
    public void onDevicesListed(DeviceListListener listener) {
        devices.addListener(listener);
    }

    /** The project that it is of. */
    public String projectId() {
        return settings.projectId();
    }

    /** Begins to receive and to fill gaps, unless it has begun before. */
    public synchronized void start() {
        if (!started) {
            started = true;
            startedNanos = clock.nanos();
            isNew = journal.lastLive().isEmpty();
            if (session != null && streaming) {
                ledger.restart(journal.lastLive());
            } else {
                endOpenGaps();
            }
            if (fill != null) {
                fill.start();
            }
            if (session != null && streaming) {
                session.start();
            }
        }
    }

    /** The stream was held before and is not any more: what was missing then is all that ever will be known to be. */
    private void endOpenGaps() {
        List<Gap> open =
                ledger.snapshot().stream().filter(gap -> !gap.isSettled()).toList();
        if (!open.isEmpty() && fill != null) {
            ledger.resumed(clock.instant());
        } else {
            open.forEach(gap -> ledger.unfillable(gap.id(), NO_HISTORY, gap.progress()));
        }
    }

    /**
     * Fetches a span of the cloud's history into the journal, on the calling thread; subscribers get what was not in it.
     *
     * @param listener is told after each device
     */
    public FillProgress backfill(Instant from, Instant to, Consumer<FillProgress> listener)
            throws CloudException, IOException, InterruptedException {
        if (fill == null) {
            throw new CloudException(
                    Fault.of(FaultKind.PERMANENT, "history cannot be read, as no service account is set"));
        }
        return fill.backfill(from, to, listener);
    }

    /** Puts an event that a subscriber cannot deliver into the reject file. */
    public void rejectUndeliverable(String subscriber, JournalRecord record, String reason) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("stream", name);
        details.put("eventId", record.event().eventId());
        details.put("sequence", Long.toString(record.sequence()));
        details.put("received", record.received().toString());
        details.put("source", record.source().label());
        rejects.rejectEvent(subscriber, reason, details, record.event().json());
    }

    /** What the subscriber's sink refused, in this process or before, and was not sent again. */
    public OpenRefusals openRefusals(String subscriber) throws IOException {
        return rejects.open(name, subscriber);
    }

    /**
     * Counts a subscriber in. If it asks for other events than the stream does and is the only one, the stream changes
     * over to them.
     *
     * @throws IllegalArgumentException if others use the stream with different options
     */
    synchronized void join(String subscriber, StreamSettings wanted) {
        if (!wanted.equals(settings)) {
            if (!subscribers.isEmpty()) {
                throw new IllegalArgumentException("subscriber " + subscriber + " asks for the stream " + name
                        + " with other options than " + String.join(", ", subscribers)
                        + " (" + Difference.between(settings, wanted)
                        + "). Give it the same options, or a stream of its own with the option stream=NAME");
            }
            if (!wanted.equals(settings.withFilters(wanted.filters()))) {
                LOG.warn(
                        "stream {}: {} takes effect when the router starts again",
                        name,
                        Difference.between(settings, wanted));
            }
            LOG.info("stream {} changes over to {}", name, wanted.filters());
            if (session != null) {
                session.changeFilters(wanted.filters());
            }
            settings = wanted;
            if (!started) {
                streaming = session != null && wanted.streaming();
            }
        }
        subscribers.add(subscriber);
        if (session != null && streaming) {
            // the route or its settings may have been edited for the very reason that the stream does not flow
            session.retryNow();
        }
    }

    /** Is asked for again after a while, as others go on; see {@link StreamSession#retryRefused}. */
    void retryRefused() {
        if (session != null) {
            session.retryRefused();
        }
    }

    /** Counts a subscriber out. */
    synchronized void leave(String subscriber) {
        subscribers.remove(subscriber);
    }

    /** Ends the fill, the session and what takes pushes, then closes the journal. */
    @Override
    public void close() {
        if (fill != null) {
            fill.close();
        }
        if (session != null && streaming) {
            session.close();
        }
        PushIntake taking = intake;
        if (taking != null) {
            taking.close();
        }
        journal.close();
    }

    /** What the session receives goes into the journal. Called by connection threads, one at a time. */
    private final class Intake implements EventSink {
        @Override
        public void events(List<Event> events, Instant received) throws InterruptedException {
            live.addAndGet(events.size());
            heard();
            synchronized (rate) {
                rate.add(received, events.size());
            }
            devices.seen(events);
            journal.append(events, Source.LIVE, received);
        }

        @Override
        public void rejected(String reason, byte[] record, Instant received) {
            rejected.incrementAndGet();
            rejects.reject("stream " + name, reason, Map.of(), record);
        }

        @Override
        public void truncated() {
            truncated.incrementAndGet();
        }
    }

    /** Counts what history brings. */
    private final class CountedLog implements EventLog {
        private final EventLog log;

        CountedLog(EventLog log) {
            this.log = log;
        }

        @Override
        public boolean append(Event event, Instant received) throws InterruptedException {
            boolean isNew = log.append(event, received);
            if (isNew) {
                history.incrementAndGet();
            }
            return isNew;
        }

        @Override
        public void flush() throws InterruptedException {
            log.flush();
        }

        @Override
        public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
            log.scan(receivedFrom, consumer);
        }

        @Override
        public long nextSequence() {
            return log.nextSequence();
        }

        @Override
        public int remembered() {
            return log.remembered();
        }

        @Override
        public boolean isHeld() {
            return log.isHeld();
        }

        @Override
        public void reject(String deviceId, String reason, byte[] record) {
            rejected.incrementAndGet();
            log.reject(deviceId, reason, record);
        }
    }

    /** Tells the ledger what happens to the session, which logs it itself. Called by the session's thread. */
    private final class Progress implements SessionListener {
        @Override
        public void stateChanged(SessionState state) {
            if (state instanceof SessionState.Waiting) {
                retries.incrementAndGet();
                missedBeginning();
            } else if (state instanceof SessionState.Connecting) {
                if (attempted) {
                    missedBeginning();
                }
                attempted = true;
            } else if (state instanceof SessionState.Stopped) {
                onStopped.accept(EventStream.this);
            }
        }

        /** What happens between the first attempt to connect and the first event is missed like anything else. */
        private void missedBeginning() {
            if (isNew && !beginningIsGap) {
                beginningIsGap = true;
                ledger.interrupted(
                        clock.instant().minusNanos(clock.nanos() - startedNanos),
                        "the stream was started for the first time, and did not flow at once");
            }
        }

        @Override
        public void interrupted(Instant completeUntil, String reason) {
            interruptions.incrementAndGet();
            reconnects.add(reason);
            ledger.interrupted(completeUntil, reason);
        }

        @Override
        public void renewed() {
            renewals.incrementAndGet();
        }

        @Override
        public void resumed(Instant completeFrom, Instant past) {
            if (beginningIsGap) {
                // when the gap was opened, nothing had said yet what time it is
                ledger.began(past.minusNanos(clock.nanos() - startedNanos));
            }
            isNew = false;
            beginningIsGap = false;
            ledger.resumed(completeFrom);
        }
    }
}
