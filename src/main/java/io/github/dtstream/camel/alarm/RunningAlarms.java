package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.alarm.RuleSet;
import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.file.RuleText;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.DtStreamConfiguration;
import io.github.dtstream.camel.StreamOptions;
import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alarms of a context: an alarm service for each stream whose alarms are wanted. A service is opened if there are
 * rules, or were in an earlier run. Without any there is no thread and no folder. Thread-safe.
 *
 * <p>Locks: each place has a turn, under which its alarms are opened, as journals may take seconds to open; other streams
 * do not wait for that. The lock of this object is a leaf.
 */
public final class RunningAlarms implements AlarmRulesHost, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningAlarms.class);

    /** How long an edit of the rules is waited for; the reload of routes waits meanwhile. */
    private static final int PATIENCE_SECONDS = 5;

    private final DtStreamComponent component;

    // All guarded by this.
    private final Map<String, Place> places = new TreeMap<>();
    private RuleSet rules = RuleSet.NONE;
    private boolean begun;
    private @Nullable Future<?> looks;
    private @Nullable EventStreams closesWith;

    /** A stream whose alarms are wanted. */
    private final class Place {
        private final String project;
        private final String stream;
        private final Holder holder = new Holder(this);
        /** Whose turn it is to open the alarms, or to end them. */
        private final ReentrantLock turn = new ReentrantLock();
        /** Guarded by the turn; everything below is guarded by the lock of the outer object. */
        private @Nullable JournalAhead ahead;

        private final List<DtAlarmConsumer> waiting = new ArrayList<>();
        private final List<DtAlarmConsumer> reading = new ArrayList<>();
        private @Nullable OpenAlarms open;
        private @Nullable String problem;
        /** Whether another router has taken the alarms over; this router raises none until it holds the stream again. */
        private boolean isTakenOver;
        /** Whether this router holds the stream. */
        private boolean isHeld;
        /** Whether the alarms are wanted without a route for them, too. */
        private boolean isConfigured;

        Place(String project, String stream) {
            this.project = project;
            this.stream = stream;
        }

        private String name() {
            return project + "/" + stream;
        }
    }

    /**
     * A stream that has no alarms although there are rules.
     *
     * @param problem one sentence with the reason and what to do
     */
    public record Closed(String stream, String problem) {}

    RunningAlarms(DtStreamComponent component) {
        this.component = component;
        component.beforeBegin(this::begin);
    }

    /** Called when all routes have subscribed, before any event comes. */
    private void begin() {
        synchronized (this) {
            begun = true;
            if (looks == null) {
                looks = component.look(this::openAll);
            }
        }
        openAll();
    }

    @Override
    public EditEffect apply(List<AlarmRule> edited) throws IOException {
        List<CompletableFuture<EditEffect>> answers = new ArrayList<>();
        synchronized (this) {
            rules = edited.isEmpty() ? RuleSet.NONE : new RuleSet(edited, RuleText.of(edited));
            for (Place place : places.values()) {
                if (place.open != null) {
                    answers.add(place.open.service().edit(rules));
                }
            }
        }
        openAll();
        EditEffect all = EditEffect.NONE;
        for (CompletableFuture<EditEffect> answer : answers) {
            all = all.and(effect(answer));
        }
        return all;
    }

    private static EditEffect effect(CompletableFuture<EditEffect> answer) throws IOException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // The edit takes effect when the service has caught up, or when the disk accepts it.
            return EditEffect.NONE;
        } catch (ExecutionException e) {
            throw new IOException(FailureReason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EditEffect.NONE;
        }
    }

    /** The rules to apply. */
    public synchronized RuleSet rules() {
        return rules;
    }

    /** Notes that a stream's alarms are wanted, with or without a route for them. */
    void want(String project, String stream) {
        ask(project, stream, place -> place.isConfigured = true);
    }

    void add(DtAlarmConsumer consumer, String project, String stream) {
        open(ask(project, stream, place -> place.waiting.add(consumer)));
    }

    /**
     * Asks for a stream, if this router does not ask for it already, or asks no longer for it.
     *
     * @param reason notes why; called under the lock
     */
    private Place ask(String project, String stream, Consumer<Place> reason) {
        boolean isNew;
        Place place;
        synchronized (this) {
            isNew = !places.containsKey(project + "/" + stream);
            place = places.computeIfAbsent(project + "/" + stream, name -> new Place(project, stream));
            reason.accept(place);
        }
        if (isNew || component.held().areShared()) {
            try {
                component.held().add(place.name(), place.holder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return place;
    }

    /** Runs the alarms of a stream while this router holds the stream. */
    private final class Holder implements StreamUser {
        private final Place place;

        Holder(Place place) {
            this.place = place;
        }

        @Override
        public boolean readAhead(EventStreams streams) {
            return streams.journals().readAhead(Journals.Kind.ALARMS, place.name(), AlarmService.JOURNAL);
        }

        /** The alarm journal opens while the stream's journal does. */
        @Override
        public void beginSoon() {
            synchronized (RunningAlarms.this) {
                if (!begun) {
                    return;
                }
            }
            place.turn.lock();
            try {
                place.ahead = JournalAhead.start(
                        place.name(),
                        component.supervisor(),
                        () -> isWanted(place, rules())
                                ? Optional.of(openJournal(place, component.streams()))
                                : Optional.empty());
            } finally {
                place.turn.unlock();
            }
        }

        @Override
        public void beginNot() {
            place.turn.lock();
            try {
                discardAhead(place);
            } finally {
                place.turn.unlock();
            }
        }

        @Override
        public void begin() {
            place.turn.lock();
            try {
                synchronized (RunningAlarms.this) {
                    place.isHeld = true;
                    place.isTakenOver = false;
                    place.problem = null;
                }
                openInTurn(place);
                discardAhead(place);
            } finally {
                place.turn.unlock();
            }
        }

        @Override
        public boolean isNeeded() {
            synchronized (RunningAlarms.this) {
                return place.isConfigured || !place.waiting.isEmpty() || !place.reading.isEmpty();
            }
        }

        @Override
        public boolean standBy(EventStreams streams) {
            return streams.standBy(place.stream, StreamOptions.of(options(place)));
        }

        @Override
        public void end(StopGrace grace) throws InterruptedException {
            List<DtAlarmConsumer> ending;
            OpenAlarms open;
            place.turn.lock();
            try {
                synchronized (RunningAlarms.this) {
                    place.isHeld = false;
                    place.isTakenOver = false;
                    // another router raises the alarms now, and says what is wrong
                    place.problem = null;
                    open = place.open;
                    ending = noLongerOpen(place);
                }
            } finally {
                place.turn.unlock();
            }
            for (DtAlarmConsumer consumer : ending) {
                consumer.closing(grace);
            }
            if (open != null) {
                open.close();
            }
        }
    }

    synchronized void remove(DtAlarmConsumer consumer) {
        for (Place place : places.values()) {
            place.waiting.remove(consumer);
            place.reading.remove(consumer);
        }
    }

    /** Called under the lock. Returns the routes that read, and that wait from now on. */
    private static List<DtAlarmConsumer> noLongerOpen(Place place) {
        place.open = null;
        List<DtAlarmConsumer> ending = List.copyOf(place.reading);
        place.waiting.addAll(ending);
        place.reading.clear();
        return ending;
    }

    /** Opens services and attaches the waiting routes, as far as possible. Failures are tried again later. */
    private void openAll() {
        List<Place> all;
        synchronized (this) {
            all = List.copyOf(places.values());
        }
        all.forEach(this::open);
    }

    /** The same for one stream. If another thread is about to do that, it does it for this one, too. */
    private void open(Place place) {
        if (place.turn.tryLock()) {
            try {
                openInTurn(place);
            } finally {
                place.turn.unlock();
            }
        }
    }

    /** Called in the place's turn. */
    private void openInTurn(Place place) {
        RuleSet wanted;
        do {
            wanted = rules();
            if (mayOpen(place) && isWanted(place, wanted)) {
                OpenAlarms opened = tryOpen(place, wanted);
                if (opened == null) {
                    return;
                }
                if (!enter(place, opened, wanted)) {
                    opened.close();
                    return;
                }
                attachWaiting(place);
                start(place, opened);
                return;
            }
            // rules that were edited meanwhile may want alarms
        } while (!wanted.equals(rules()));
        attachWaiting(place);
    }

    private synchronized boolean mayOpen(Place place) {
        return begun && place.open == null && place.isHeld && !place.isTakenOver;
    }

    /** Asks for the journal if there are no rules, so it must not be called under the lock of this object. */
    private boolean isWanted(Place place, RuleSet wanted) {
        return !wanted.rules().isEmpty() || component.streams().journals().isThere(Journals.Kind.ALARMS, place.name());
    }

    /** Notes a service that was opened; returns false if it is not needed any more, or another router has the stream. */
    private synchronized boolean enter(Place place, OpenAlarms opened, RuleSet applied) {
        if (!mayOpen(place)) {
            return false;
        }
        if (opened.isTakenOver()) {
            place.isTakenOver = true;
            place.problem = "another router has the stream";
            return false;
        }
        place.open = opened;
        place.problem = null;
        if (!applied.equals(rules)) {
            var unused = opened.service().edit(rules);
        }
        return true;
    }

    /** Starts a service, unless it was taken over meanwhile. Its routes are attached, and miss no change. */
    private synchronized void start(Place place, OpenAlarms opened) {
        if (opened.equals(place.open)) {
            opened.service().start(component.supervisor());
        }
    }

    /** Attaches the routes that wait, once each. Called in the place's turn, without the lock, as it may wait for Kafka. */
    private void attachWaiting(Place place) {
        Set<DtAlarmConsumer> tried = new HashSet<>();
        while (true) {
            OpenAlarms open;
            DtAlarmConsumer next;
            synchronized (this) {
                open = place.open;
                next = place.waiting.stream()
                        .filter(consumer -> !tried.contains(consumer))
                        .findFirst()
                        .orElse(null);
            }
            if (open == null || next == null) {
                return;
            }
            tried.add(next);
            attach(place, open, next);
        }
    }

    private void attach(Place place, OpenAlarms open, DtAlarmConsumer consumer) {
        try {
            consumer.opened(open.stream(), open.journal());
            boolean isWanted;
            synchronized (this) {
                isWanted = open.equals(place.open) && place.waiting.remove(consumer);
                if (isWanted) {
                    place.reading.add(consumer);
                }
            }
            if (!isWanted) {
                closing(consumer, component.stopGrace());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "The route {} cannot read the alarms of {}, which is tried again: {}",
                    consumer.getRouteId(),
                    open.stream().name(),
                    e.toString());
        }
    }

    private static void closing(DtAlarmConsumer consumer, StopGrace grace) {
        try {
            consumer.closing(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable OpenAlarms tryOpen(Place place, RuleSet wanted) {
        try {
            OpenAlarms opened = open(place, component.streams(), wanted);
            LOG.info(
                    "Alarms of {}: {} rules",
                    opened.stream().name(),
                    wanted.rules().size());
            return opened;
        } catch (IllegalArgumentException e) {
            return failed(
                    place,
                    "alarms need all events of the stream " + place.name() + ", and a route narrows it ("
                            + e.getMessage() + ")");
        } catch (IOException | RuntimeException e) {
            return failed(place, "alarms cannot be opened, which is tried again: " + e);
        }
    }

    private synchronized @Nullable OpenAlarms failed(Place place, String problem) {
        if (!problem.equals(place.problem)) {
            LOG.error("No alarm of {} is raised: {}", place.name(), problem);
        }
        place.problem = problem;
        return null;
    }

    private DtStreamConfiguration options(Place place) {
        DtStreamConfiguration all = component.getConfiguration().copy().withoutFilters();
        all.setProjectId(place.project);
        all.setStream(place.stream);
        return all;
    }

    private static Journals.Opened openJournal(Place place, EventStreams streams) throws IOException {
        return streams.journals().open(Journals.Kind.ALARMS, place.name(), AlarmService.JOURNAL);
    }

    /** The journal that was opened ahead, or else one that is opened now. Called in the place's turn. */
    private static Journals.Opened journal(Place place, EventStreams streams) throws IOException {
        JournalAhead ahead = place.ahead;
        place.ahead = null;
        Optional<Journals.Opened> opened = ahead == null ? Optional.empty() : ahead.take();
        return opened.isPresent() ? opened.get() : openJournal(place, streams);
    }

    /** Called in the place's turn. */
    private static void discardAhead(Place place) {
        JournalAhead ahead = place.ahead;
        place.ahead = null;
        if (ahead != null) {
            ahead.discard();
        }
    }

    private OpenAlarms open(Place place, EventStreams streams, RuleSet wanted) throws IOException {
        EventStream stream = streams.acquire(place.stream, StreamOptions.of(options(place)), AlarmService.SUBSCRIBER);
        Journal journal = null;
        try {
            Journals.Opened opened = journal(place, streams);
            journal = opened.journal();
            AlarmService service = new AlarmService(
                    new AlarmService.Setup(
                            stream.name(),
                            place.project,
                            stream.journal(),
                            journal,
                            opened.state(),
                            stream::device,
                            stream::gaps,
                            stream::isStreaming,
                            RuleText::read,
                            () -> UUID.randomUUID().toString(),
                            component.clock(),
                            Ticker.SYSTEM,
                            component.memory()),
                    wanted);
            stream.onGapChanged(gap -> service.gapsChanged());
            stream.onDevicesListed(service::devicesListed);
            closeWith(streams);
            OpenAlarms open = new OpenAlarms(service, stream, journal);
            stream.onTakenOver(why -> takenOver(place, open, why));
            journal.onTakenOver(why -> {
                component.held().takenOver(stream);
                takenOver(place, open, why);
            });
            return open;
        } catch (IOException | RuntimeException e) {
            if (journal != null) {
                journal.close();
            }
            streams.release(stream, AlarmService.SUBSCRIBER);
            throw e;
        }
    }

    private synchronized void closeWith(EventStreams streams) {
        if (closesWith != streams) {
            closesWith = streams;
            streams.beforeClose(this::close);
        }
    }

    /** Another router has the stream, or its alarms, and raises them. Called by the journal's thread. */
    private void takenOver(Place place, OpenAlarms open, String why) {
        List<DtAlarmConsumer> ending = List.of();
        synchronized (this) {
            // an earlier opening may learn late that it was taken over
            if (open.equals(place.open)) {
                place.isTakenOver = true;
                place.problem = why;
                ending = noLongerOpen(place);
            }
        }
        StopGrace grace = component.stopGrace();
        ending.forEach(consumer -> closing(consumer, grace));
        open.close();
    }

    /** The open services. */
    public synchronized List<AlarmService> services() {
        return places.values().stream()
                .flatMap(place -> Optional.ofNullable(place.open).stream())
                .map(OpenAlarms::service)
                .toList();
    }

    /** The streams that should have alarms and do not. */
    public synchronized List<Closed> closed() {
        List<Closed> closed = new ArrayList<>();
        for (Place place : places.values()) {
            if (place.open == null && place.problem != null) {
                closed.add(new Closed(place.name(), place.problem));
            }
        }
        return closed;
    }

    /** Ends the services and saves their state. */
    @Override
    public void close() {
        List<Place> all;
        synchronized (this) {
            begun = false;
            if (looks != null) {
                looks.cancel(false);
                looks = null;
            }
            all = List.copyOf(places.values());
        }
        List<OpenAlarms> ending = new ArrayList<>();
        for (Place place : all) {
            place.turn.lock();
            try {
                discardAhead(place);
                synchronized (this) {
                    if (place.open != null) {
                        ending.add(place.open);
                        place.open = null;
                    }
                }
            } finally {
                place.turn.unlock();
            }
        }
        ending.forEach(one -> one.service().close());
        ending.forEach(one -> one.journal().close());
    }
}
