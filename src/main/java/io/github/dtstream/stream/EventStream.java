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
import io.github.dtstream.session.SessionState;
import io.github.dtstream.session.StreamSession;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.session.handover.EventSink;
import io.github.dtstream.stream.standby.StreamFeed;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: a session with the cloud that writes into a journal, and any number of subscribers that read it. A stream
 * outlives its subscribers: to edit or stop a route does not interrupt it. Pushed events ({@link #push}) go into the
 * same journal; with {@code streaming=false} they are the only ones. Thread-safe.
 */
public final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

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
    private final @Nullable StreamFeed feed;
    private final @Nullable StreamSession session;
    private final Instant opened;

    private final StreamActivity activity;
    private final LedgerUpdates updates;
    /** Made at the first push; written under this. */
    private volatile @Nullable PushIntake intake;
    /** Whether a route pushes events into this stream. */
    private volatile boolean fed;
    /** Whether the cloud's stream is wanted, and a service account allows it. Written under this; final once started. */
    private volatile boolean streaming;

    /** Listens to the device directory, which outlives the stream. */
    private final List<DeviceListListener> deviceListeners = new CopyOnWriteArrayList<>();

    /** Since when and why another router writes the journal; null while this one does. */
    private volatile SessionState.@Nullable Stopped takenOver;

    /** Guarded by this. */
    private final Set<String> subscribers = new TreeSet<>();
    /** Written under this; also read by the fill's worker. */
    private volatile StreamSettings settings;
    /** Guarded by this. */
    private boolean started;

    /** Makes the worker that fills the gaps of a gap ledger, with the stream's present filters. */
    interface FillFactory {
        HistoryFill create(GapLedger ledger, EventLog log, Supplier<StreamFilters> filters);
    }

    /** Makes the intake of pushed events. */
    interface PushFactory {
        PushIntake create(Consumer<List<PushedEvent>> observer);
    }

    /**
     * @param account the name of the service account that reads the stream; empty text for the account without a name
     * @param fills null if history cannot be read, as there is no service account
     * @param feed the session, which the stream closes; null if the cloud's stream cannot be opened, as there is no
     *     service account
     */
    EventStream(
            String name,
            String account,
            StreamSettings settings,
            Journal journal,
            JournalSettings journalSettings,
            RejectFile rejects,
            GapLedger ledger,
            DeviceDirectory devices,
            CloudClock clock,
            @Nullable FillFactory fills,
            @Nullable StreamFeed feed,
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
        this.opened = clock.instant();
        this.activity = new StreamActivity(clock);
        this.updates = new LedgerUpdates(ledger, journal::lastLive, clock, activity, () -> onStopped.accept(this));
        this.fill = fills == null
                ? null
                : fills.create(
                        ledger,
                        EventLog.of(journal, rejects, activity::fetched, activity::rejected),
                        () -> this.settings.filters());
        this.feed = feed;
        this.session = feed == null ? null : feed.session();
        this.streaming = session != null && settings.streaming();
    }

    /** Project and stream name, as in logs and metrics. */
    public String name() {
        return name;
    }

    /** The name of the service account that reads the stream; empty text for the account without a name. */
    public String account() {
        return account;
    }

    public Journal journal() {
        return journal;
    }

    /** Adds a listener for the case that another router takes the stream over. It receives the reason as a sentence. */
    public void onTakenOver(Consumer<String> listener) {
        journal.onTakenOver(listener);
    }

    /** For how long events are kept that are delivered. */
    public Duration journalRetention() {
        return journalSettings.retentionAge();
    }

    /**
     * How long ago the last event or ping was received, or with {@code streaming=false} the last push; empty if none
     * was.
     */
    public Optional<Duration> silence() {
        return activity.silence();
    }

    /** How long a silence ends a connection. */
    public Duration silenceLimit() {
        return settings.silenceLimit();
    }

    /** The number of interruptions by reason, since start. An interruption is when no connection receives any more. */
    public Map<String, Long> reconnects() {
        return activity.reconnects();
    }

    /** The number of planned hand-overs from a live connection to its successor, since start. */
    public long renewals() {
        return activity.renewals();
    }

    /** Events and pings received on the stream a second, averaged over the last minute. */
    public double perSecond() {
        return activity.perSecond();
    }

    /**
     * Called by the journal's thread when another router has taken the journal over. This router stops receiving, filling
     * gaps and accepting pushes. The other router fetches from history what this one did not write.
     */
    void takenOver(String why) {
        takenOver = new SessionState.Stopped(clock.instant(), SessionState.Outcome.CLOSED, why);
        LOG.error("stream {} stops here: {}", name, why);
        endWriters();
    }

    /** Whether another router has taken the journal over, so that this one does nothing more with the stream. */
    public boolean isTakenOver() {
        return takenOver != null;
    }

    /** Whether the cloud's stream is wanted, whether or not it is open at the moment. */
    public boolean isStreaming() {
        return streaming;
    }

    /** The state of the session with the cloud. */
    public SessionState sessionState() {
        SessionState.Stopped ended = takenOver;
        if (ended != null) {
            return ended;
        }
        return session == null || !streaming ? new SessionState.Unheld(opened) : session.state();
    }

    /** When the last push came, since start; empty if none did. */
    public Optional<Instant> lastPushed() {
        return activity.lastPushed();
    }

    /** Notes that a route pushes events into this stream. */
    void feed() {
        fed = true;
    }

    /** Whether no event can come any more: the session has ended, and no route pushes events. */
    public boolean isStopped() {
        return sessionState() instanceof SessionState.Stopped && !fed;
    }

    /** Appends pushed events, each once; see {@link PushIntake#push}. */
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

    /** Called by the intake's thread. */
    private void pushed(List<PushedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        activity.pushed(events.size(), !streaming);
        for (PushedEvent one : events) {
            devices.pushed(one.event(), one.device());
        }
    }

    /** The counters since start; an immutable snapshot. */
    public StreamCounters counters() {
        return activity.counters();
    }

    /** The gaps in the gap ledger, oldest first. */
    public List<Gap> gaps() {
        return ledger.snapshot();
    }

    /** The polling of history while the stream is blocked; empty if history is not polled. */
    public Optional<Polling> polling() {
        return fill == null ? Optional.empty() : fill.polling();
    }

    /** Why and until when a gap's fill waits; empty if it does not. */
    public Optional<HistoryFill.Pause> fillPause(Gap gap) {
        return fill == null ? Optional.empty() : fill.pause(gap.id());
    }

    /** The error if the gap ledger could not be written last; else empty. */
    public Optional<String> ledgerProblem() {
        return ledger.problem();
    }

    /** The number of gaps that are neither closed nor unfillable. */
    public int openGaps() {
        return (int) ledger.snapshot().stream().filter(gap -> !gap.isSettled()).count();
    }

    /** The device of an event as far as it is known; null for a ping, or for an unknown device. */
    public @Nullable Device device(Event event) {
        String deviceId = event.deviceId();
        return deviceId == null ? null : devices.get(deviceId).orElse(null);
    }

    /** A device as far as it is known; empty if it is unknown. */
    public Optional<Device> device(String deviceId) {
        return devices.get(deviceId);
    }

    /**
     * The last values of each device, for a subscriber that wants them; empty if the device list cannot be read, as
     * there is no service account.
     *
     * @param isNew whether the files of an earlier subscriber of that name are ignored
     * @param folder the folder of the files that keep whose values each subscriber has had
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
     * The devices that join the project, change and leave it, for a subscriber that wants them; empty if the device
     * list cannot be read, as there is no service account.
     *
     * @param isNew whether the files of an earlier subscriber of that name are ignored
     * @param folder the folder of the files that keep what was reported to each subscriber
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

    /** The folder of this stream below another one; it is the same for a component with another name. */
    private Path folderIn(Path folder) {
        return folder.resolve(name.replaceFirst("^[^/]*:", ""));
    }

    /** All known devices of the project, in no order. */
    public Collection<Device> devices() {
        return devices.all();
    }

    /** A number that changes when a device of the project changes. */
    public long deviceVersion() {
        return devices.version();
    }

    /** Adds a listener for gaps; see {@link GapListener} for what it must not do. */
    public void onGapChanged(GapListener listener) {
        ledger.addListener(listener);
    }

    /** Adds a listener for device lists that are not doubted. */
    public void onDevicesListed(DeviceListListener listener) {
        deviceListeners.add(listener);
        devices.addListener(listener);
    }

    /** The stream's project. */
    public String projectId() {
        return settings.projectId();
    }

    /** Starts to receive and to fill gaps; does nothing if started before. */
    public synchronized void start() {
        if (!started) {
            started = true;
            if (takenOver != null) {
                return;
            }
            updates.begin();
            if (feed == null || !streaming) {
                updates.endOpenGaps(fill != null);
            }
            if (fill != null) {
                fill.start();
            }
            if (feed != null && streaming) {
                feed.deliver(new Intake(), updates, journal.lastLive(), updates::restart);
            }
        }
    }

    /**
     * Reads a span of the cloud's history into the journal, on the calling thread. Subscribers get the events that were
     * new.
     *
     * @param listener called after each device
     */
    public FillProgress backfill(Instant from, Instant to, Consumer<FillProgress> listener)
            throws CloudException, IOException, InterruptedException {
        if (fill == null) {
            throw new CloudException(
                    Fault.of(FaultKind.PERMANENT, "history cannot be read, as no service account is set"));
        }
        return fill.backfill(from, to, listener);
    }

    /**
     * Writes events that a subscriber cannot deliver to the reject file.
     *
     * @param reasons by event, in order
     * @throws IOException if they are not in the file; the caller keeps them
     */
    public void rejectUndeliverable(String subscriber, Map<JournalRecord, String> reasons) throws IOException {
        new StreamRecords(name, devices, rejects).reject(subscriber, reasons);
    }

    /** The events that the subscriber's sink refused, now or before a restart, and that were not sent again. */
    public OpenRefusals openRefusals(String subscriber) throws IOException {
        return rejects.open(name, subscriber);
    }

    /**
     * Adds a subscriber. If it is the only one and has other filters than the stream, the stream changes to its
     * filters.
     *
     * @throws IllegalArgumentException if other subscribers use the stream with different options
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
            // The route or its settings may have been edited because the stream does not work.
            session.retryNow();
        }
    }

    /** Tries again later, as other streams continue; see {@link StreamSession#retryRefused}. */
    void retryRefused() {
        if (session != null) {
            session.retryRefused();
        }
    }

    /** Removes a subscriber. */
    synchronized void leave(String subscriber) {
        subscribers.remove(subscriber);
    }

    /** Ends the fill, the session and the intake of pushed events, then closes the journal. */
    @Override
    public void close() {
        deviceListeners.forEach(devices::removeListener);
        endWriters();
        journal.close();
    }

    private void endWriters() {
        if (fill != null) {
            fill.close();
        }
        if (feed != null && streaming) {
            feed.close();
        }
        PushIntake taking = intake;
        if (taking != null) {
            taking.close();
        }
    }

    /** Appends what the session receives to the journal. Called by connection threads, one at a time. */
    private final class Intake implements EventSink {
        @Override
        public void events(List<Event> events, Instant received) throws InterruptedException {
            take(events, Source.LIVE, received);
        }

        @Override
        public void late(List<Event> events, Instant received) throws InterruptedException {
            take(events, Source.HISTORY, received);
        }

        private void take(List<Event> events, Source source, Instant received) throws InterruptedException {
            activity.received(events.size(), received);
            devices.seen(events);
            try {
                journal.append(events, source, received);
            } catch (IllegalStateException e) {
                // if another router has taken the journal over, the session is about to be stopped and is not broken
                if (journal.status().takenOver() == null) {
                    throw e;
                }
            }
        }

        @Override
        public void rejected(String reason, byte[] record, Instant received) {
            activity.rejected();
            rejects.reject("stream " + name, reason, Map.of(), record);
        }

        @Override
        public void truncated() {
            activity.truncated();
        }
    }
}
