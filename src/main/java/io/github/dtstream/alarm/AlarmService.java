package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.DeviceLeft;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.alarm.change.AlarmInput.StreamSilent;
import io.github.dtstream.alarm.change.AlarmInput.TimePassed;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.engine.Devices;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.event.Event;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alarms of one stream. Reads the stream's journal as the subscriber {@value #SUBSCRIBER}, has the engine work out what each
 * event changes, and writes that into the alarm journal.
 *
 * <p>What is known is saved now and then in one step with the places up to which it was learnt, and only then does the cursor
 * move. After a crash the same events come again and make the same changes, which the alarm journal knows by their
 * identifiers. What the journal of events does not say (a person's command, a gap, an edit of the rules) stands in the
 * alarm journal with the number of the event behind which it took effect, and takes effect there again.
 *
 * <p>Threads: its own, which the supervisor makes and which owns all state; others hand over to it. It begins with what was
 * saved, after a failure too.
 */
public final class AlarmService implements AutoCloseable {
    /** How far the cloud's clock, which stamps events, may be ahead of this machine's, which stamps their receipt. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    /** The name of the subscriber to the stream's journal. */
    public static final String SUBSCRIBER = "alarms";

    private static final Logger LOG = LoggerFactory.getLogger(AlarmService.class);

    private static final int BATCH = 200;
    private static final long BATCH_BYTES = 128 << 10;
    /** What that takes with the objects around the text. */
    private static final long BATCH_HEAP = 256 << 10;

    /** How long a command waits at most while nothing happens. */
    private static final Duration IDLE = Duration.ofMillis(200);

    /** How often the engine is told at most what time it is while nothing is received. */
    private static final Duration TOLD_TIME_EVERY = Duration.ofSeconds(1);

    private static final Duration SAVE_EVERY = Duration.ofSeconds(10);
    private static final int SAVE_AFTER_EVENTS = 50_000;
    /** Far fewer than the identifiers that the alarm journal remembers. */
    private static final int SAVE_AFTER_CHANGES = 10_000;
    /** What is large is saved less often, so that a memory card is not worn out by it. */
    private static final long SAVED_BYTES_PER_SECOND = 40_000;

    /** The part of the memory for what is held for long that values may take which arrived late. */
    private static final int LATE_PART = 4;

    private static final long LEAST_LATE_BYTES = 64 << 10;

    private static final Duration VIEW_EVERY = Duration.ofSeconds(1);
    private static final Duration DISK_DELAY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Setup setup;
    /** Takes an empty text for no rules. */
    private final RuleSet.Reader reader;

    private final AlarmLog log;
    private final MemoryShare memory;
    private final MemoryShare known;
    private final AlarmSnapshot snapshot;
    private final GapNews gapNews;
    private final DeviceNews deviceNews = new DeviceNews();
    private final Queue<Request<?>> requests = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean gapsChanged = new AtomicBoolean(true);
    private final List<AlarmChange> found = new ArrayList<>();

    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Subscription subscription;
    private volatile List<AlarmView> view = List.of();
    private volatile int rulesInForce;
    private volatile long lateLeftOut;
    private volatile @Nullable String saveProblem;
    private volatile @Nullable String problem;

    // Owned by the thread.
    private AlarmEngine engine;
    /** The rules in force, as text. */
    private String text = "";
    /** The rules that are to be in force. */
    private volatile RuleSet wanted;
    /** The number of the last record that the engine had; written by the thread. */
    private volatile long processed;
    /** Until it had that one, it works off what it worked off before, and nothing new is told to it. */
    private long oldUntil;

    private Deque<AlarmEntry> toldBefore = new ArrayDeque<>();
    private @Nullable Position reached;
    /** Where the snapshot before the newest one stands: should the disk spoil that, the events since come again. */
    private @Nullable Position savedBefore;

    private long unsavedEvents;
    private Deadline save;
    private Deadline look;
    private Deadline tellTime;

    /**
     * What it works with.
     *
     * @param stream the stream's name, for what is said
     * @param events the stream's journal; not closed by it
     * @param alarms the alarm journal; not closed by it, and written by nobody else
     * @param snapshot what is known, with the value before it
     * @param devices what is known of the project's devices
     * @param gaps the gaps that the stream's ledger knows
     * @param isStreaming whether it is wanted that a stream is open, whose pings say what time it is
     * @param reader reads the rules of a snapshot and of edits
     * @param ids makes identifiers that nothing else has
     * @param memory what events in hand are taken from
     */
    public record Setup(
            String stream,
            String projectId,
            Journal events,
            Journal alarms,
            DurableState snapshot,
            Devices devices,
            Supplier<List<Gap>> gaps,
            BooleanSupplier isStreaming,
            RuleSet.Reader reader,
            Supplier<String> ids,
            Clock clock,
            Ticker ticker,
            MemoryBudget memory) {}

    /** What other threads want of the engine. */
    private record Request<T>(Work<T> work, CompletableFuture<T> answer) {}

    private interface Work<T> {
        T run() throws InterruptedException;
    }

    /**
     * Opens the subscription, so that what comes from now on is not missed. {@link #start} begins.
     *
     * @param rules those that are to be in force
     */
    public AlarmService(Setup setup, RuleSet rules) throws IOException {
        this.setup = setup;
        this.wanted = rules;
        this.rulesInForce = rules.rules().size();
        this.reader =
                rulesText -> rulesText.isEmpty() ? List.of() : setup.reader().read(rulesText);
        this.log = new AlarmLog(setup.alarms(), setup.projectId(), setup.clock());
        this.snapshot = new AlarmSnapshot(setup.snapshot(), reader, this::engine);
        this.memory = setup.memory().share(Holder.BATCHES, BATCH_HEAP);
        this.known = setup.memory().share(Holder.ALARMS, 0);
        this.gapNews = new GapNews(setup.ids());
        this.engine = engine(rules.rules());
        this.save = Deadline.after(SAVE_EVERY, setup.ticker());
        this.look = Deadline.after(Duration.ZERO, setup.ticker());
        this.tellTime = look;
        this.subscription = setup.events().subscribe(SUBSCRIBER, Journal.Start.END);
    }

    /** A part of what is there as it begins, not of what others leave: what is said must be the same after a restart. */
    private AlarmEngine engine(List<AlarmRule> rules) {
        return new AlarmEngine(rules, setup.devices(), lateBytes(setup.memory()));
    }

    /** How much memory values may take that arrive late, where a budget begins with so much. */
    public static long lateBytes(MemoryBudget memory) {
        return Math.max(LEAST_LATE_BYTES, memory.keptBytes() / LATE_PART);
    }

    /** Begins. */
    public void start(Supervisor supervisor) {
        memory.set(BATCH_HEAP);
        Thread made = supervisor.thread(
                "dt-alarms-" + setup.stream(), "no alarm is raised or cleared", AfterFailure.RESTART, this::run);
        thread = made;
        made.start();
    }

    private void run() {
        try {
            restore();
            while (!stopping) {
                step(BATCH, IDLE);
            }
            save();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
            if (setup.alarms().status().takenOver() == null) {
                throw e;
            }
            // Another router has the alarms now, and goes on from what was saved.
        }
    }

    /** Begins with what was saved. */
    void restore() throws IOException, InterruptedException {
        log.flush();
        Subscription before = subscription;
        if (before != null) {
            before.close();
        }
        DurableState.Content<AlarmSnapshot.Restored> content = snapshot.load();
        subscription = setup.events().subscribe(SUBSCRIBER, Journal.Start.END);
        JournalStatus journal = setup.events().status();
        long last = journal.nextSequence() - 1;
        long cursor = journal.subscribers().stream()
                .filter(one -> one.name().equals(SUBSCRIBER))
                .mapToLong(JournalStatus.Subscriber::cursor)
                .findFirst()
                .orElse(last + 1);
        AlarmSnapshot.Restored restored = content.value().orElse(null);
        if (restored == null) {
            startAnew(cursor, content.damaged());
        } else {
            goOnWith(restored, cursor, last);
        }
        found.clear();
        oldUntil = last;
        reached = null;
        savedBefore = null;
        unsavedEvents = 0;
        gapsChanged.set(true);
        rulesInForce = engine.rules().size();
        tellAgain();
        append();
        measure();
        if (restored == null) {
            // under which rules it began
            save();
        }
        showView();
    }

    private void startAnew(long cursor, boolean isDamaged) throws IOException {
        problem = isDamaged
                ? "what was known of alarms could not be read (" + setup.snapshot()
                        + ", of which the log says more): they begin anew, and none of before is known"
                : null;
        if (isDamaged) {
            LOG.error("Alarms of {}: {}", setup.stream(), problem);
        }
        engine = engine(wanted.rules());
        text = wanted.text();
        processed = cursor - 1;
        gapNews.restart(Set.of());
        toldBefore = log.toldBehind(new AlarmSnapshot.Place(0, 0, Instant.EPOCH, Set.of(), ""));
        // What was told of events that do not come again has no meaning any more.
        toldBefore.removeIf(entry -> after(entry) < processed);
    }

    private void goOnWith(AlarmSnapshot.Restored restored, long cursor, long last) throws IOException {
        AlarmSnapshot.Place place = restored.place();
        engine = restored.engine();
        text = place.rules();
        gapNews.restart(place.openGaps());
        log.resume(place.alarmReceived());
        toldBefore = log.toldBehind(place);
        processed = place.sequence();
        if (place.sequence() > last) {
            LOG.warn(
                    "Alarms of {}: the journal of events is another one than before; they go on with its next event",
                    setup.stream());
            processed = cursor - 1;
        }
        if (processed + 1 < cursor) {
            LOG.error(
                    "Alarms of {}: the events {} to {} are missing in what is known of alarms",
                    setup.stream(),
                    processed + 1,
                    cursor - 1);
        }
    }

    private static long after(AlarmEntry entry) {
        return entry instanceof AlarmEntry.Told told
                ? told.after()
                : entry instanceof AlarmEntry.Edited edited ? edited.after() : Long.MAX_VALUE;
    }

    /** One round: what others want, then the next events. */
    void step(int most, Duration patience) throws InterruptedException, IOException {
        if (processed >= oldUntil && toldBefore.isEmpty()) {
            edit();
            news();
            answer();
        }
        Subscription source = subscription;
        if (source == null) {
            return;
        }
        Batch batch = source.poll(most, BATCH_BYTES, requests.isEmpty() ? patience : Duration.ZERO);
        for (JournalRecord record : batch.records()) {
            if (record.sequence() > processed) {
                tellAgain();
                process(record);
            }
        }
        if (!batch.isEmpty()) {
            reached = batch.end();
        }
        tellAgain();
        append();
        if (look.isOver()) {
            showView();
        }
        if (isSaveDue()) {
            save();
        }
    }

    private void process(JournalRecord record) {
        int before = found.size();
        try {
            engine.on(record, found::add);
        } catch (RuntimeException e) {
            // One event is not to end all alarms; what it may have changed half is the same when it comes again.
            found.subList(before, found.size()).clear();
            problem = "the event " + record.event().eventId() + " was passed over: " + e;
            LOG.error("Alarms of {}: {}", setup.stream(), problem, e);
        }
        processed = record.sequence();
        unsavedEvents++;
    }

    /** Tells the engine once more what it was told before the process ended, each at its place. */
    private void tellAgain() {
        while (!toldBefore.isEmpty() && (after(toldBefore.peek()) <= processed || processed >= oldUntil)) {
            AlarmEntry entry = toldBefore.remove();
            try {
                if (entry instanceof AlarmEntry.Told told) {
                    tell(told.input(), found::add);
                } else if (entry instanceof AlarmEntry.Edited edited) {
                    engine.edit(reader.read(edited.rules()), edited.id(), found::add);
                    text = edited.rules();
                    rulesInForce = engine.rules().size();
                }
            } catch (IllegalArgumentException | IOException e) {
                LOG.error("Alarms of {}: {} does not take effect again: {}", setup.stream(), entry, e.getMessage());
            }
        }
    }

    private void tell(AlarmInput input, Consumer<AlarmChange> changes) {
        engine.on(input, changes);
        if (input instanceof GapChanged gap) {
            gapNews.told(gap);
        }
    }

    /** Whoever is told of an alarm, and asks for it at once, finds it: it is shown before it can be told. */
    private void append() throws InterruptedException {
        if (!found.isEmpty()) {
            showView();
        }
        for (AlarmChange change : found) {
            log.append(change);
        }
        found.clear();
    }

    /** Puts the wanted rules into force, if they are others. */
    private EditEffect edit() throws InterruptedException {
        RuleSet next = wanted;
        if (next.text().equals(text)) {
            return EditEffect.NONE;
        }
        save();
        AlarmEntry.Edited edited = new AlarmEntry.Edited(
                setup.ids().get(), processed, setup.clock().instant(), next.text());
        log.append(edited);
        EditEffect effect = engine.edit(next.rules(), edited.id(), found::add);
        text = next.text();
        rulesInForce = next.rules().size();
        finishInput();
        LOG.info(
                "Alarms of {}: {} rules are in force; the edit raises {}, clears {} and ends {} alarms, {} go on",
                setup.stream(),
                next.rules().size(),
                effect.raised().size(),
                effect.cleared().size(),
                effect.ended().size(),
                effect.kept());
        return effect;
    }

    /** Tells the engine what the ledger of gaps and the device list have said. */
    private void news() throws InterruptedException {
        if (gapsChanged.getAndSet(false)) {
            List<Gap> gaps = setup.gaps().get();
            gapNews.look(gaps, setup.events().status().nextSequence() - 1);
        }
        List<AlarmInput> inputs =
                new ArrayList<>(gapNews.due(processed, setup.clock().instant()));
        for (String device : deviceNews.left(view)) {
            inputs.add(new DeviceLeft(setup.ids().get(), device, setup.clock().instant()));
        }
        if (tellTime.isOver() && isTimeDue()) {
            time().ifPresent(inputs::add);
        }
        for (AlarmInput input : inputs) {
            try {
                put(input);
            } catch (IllegalArgumentException e) {
                LOG.debug("Alarms of {}: {} changes nothing: {}", setup.stream(), input, e.getMessage());
            }
        }
        if (!inputs.isEmpty()) {
            finishInput();
        }
    }

    private boolean isTimeDue() {
        Instant due = setup.isStreaming().getAsBoolean()
                ? gapNews.interruption()
                        .map(open -> engine.dueInSilence(open.from()))
                        .orElse(Instant.MAX)
                : engine.due();
        return !setup.clock().instant().isBefore(due);
    }

    /** What time it is, where nothing is received that would say so. */
    private Optional<AlarmInput> time() {
        boolean hasAll = processed >= setup.events().status().nextSequence() - 1;
        if (!hasAll) {
            return Optional.empty();
        }
        tellTime = Deadline.after(TOLD_TIME_EVERY, setup.ticker());
        Instant now = setup.clock().instant();
        if (!setup.isStreaming().getAsBoolean()) {
            return Optional.of(new TimePassed(setup.ids().get(), now));
        }
        return gapNews.interruption().map(open -> new StreamSilent(setup.ids().get(), open.from(), now, open.reason()));
    }

    /** The engine says what is wrong before anything is written. */
    private void put(AlarmInput input) throws InterruptedException {
        List<AlarmChange> changes = new ArrayList<>();
        tell(input, changes::add);
        log.append(new AlarmEntry.Told(input, processed, setup.clock().instant()));
        found.addAll(changes);
        append();
    }

    private void finishInput() throws InterruptedException {
        append();
        save();
        showView();
    }

    private void answer() throws InterruptedException {
        for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
            answer(request);
        }
    }

    private <T> void answer(Request<T> request) throws InterruptedException {
        try {
            request.answer().complete(request.work().run());
        } catch (RuntimeException e) {
            request.answer().completeExceptionally(e);
        }
    }

    /**
     * Does what a person wants. The answer comes when it is on disk.
     *
     * @return ends by an {@link IllegalArgumentException} if it cannot be done; its message is for people
     */
    public CompletableFuture<AlarmCommand> put(AlarmCommand command) {
        return request(() -> {
            Optional<AlarmInput> time = time();
            if (time.isPresent()) {
                put(time.get());
            }
            put(command.input(setup.ids().get()));
            finishInput();
            return command;
        });
    }

    /** Puts other rules into force. The answer says what that changed; nothing if they are in force already. */
    public CompletableFuture<EditEffect> edit(RuleSet rules) {
        return request(() -> {
            wanted = rules;
            return edit();
        });
    }

    /** What an edit would change, changing nothing. */
    public CompletableFuture<EditEffect> preview(RuleSet rules) {
        return request(() -> engine.preview(rules.rules()));
    }

    private <T> CompletableFuture<T> request(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(new Request<>(work, answer));
        if (stopping) {
            answer.completeExceptionally(new IllegalStateException("the router is stopping"));
        }
        return answer;
    }

    /** The ledger of gaps has changed. Returns at once; called by any thread. */
    public void gapsChanged() {
        gapsChanged.set(true);
    }

    /** A device list that is not doubted; called by its thread. */
    public void devicesListed(Set<String> devices, Set<String> left) {
        deviceNews.listed(devices, left);
    }

    private boolean isSaveDue() {
        return unsavedEvents >= SAVE_AFTER_EVENTS
                || log.unsynced() >= SAVE_AFTER_CHANGES
                || unsavedEvents > 0 && save.isOver();
    }

    /** Writes all that is known, then moves the cursor to where the snapshot before stands. */
    void save() throws InterruptedException {
        log.flush();
        measure();
        Duration pause = SAVE_EVERY;
        try {
            snapshot.save(
                    engine, new AlarmSnapshot.Place(processed, log.sequence(), log.received(), gapNews.open(), text));
            Subscription source = subscription;
            if (source != null && savedBefore != null) {
                source.commit(savedBefore);
            }
            if (reached != null) {
                savedBefore = reached;
            }
            unsavedEvents = 0;
            saveProblem = null;
            long seconds = snapshot.bytes() / SAVED_BYTES_PER_SECOND;
            pause = pause.compareTo(Duration.ofSeconds(seconds)) < 0 ? Duration.ofSeconds(seconds) : pause;
        } catch (IOException e) {
            if (saveProblem == null) {
                LOG.error("Alarms of {} cannot be saved, which is tried again: {}", setup.stream(), e.toString());
            }
            saveProblem = "what is known of alarms cannot be saved (" + e + "); it is tried again";
            pause = DISK_DELAY;
        }
        save = Deadline.after(pause, setup.ticker());
    }

    private void showView() {
        view = List.copyOf(engine.alarms());
        look = Deadline.after(VIEW_EVERY, setup.ticker());
    }

    private void measure() {
        known.set(engine.heapBytes());
        if (engine.lateLeftOut() > 0 && lateLeftOut == 0) {
            LOG.warn(
                    "Alarms of {}: more values arrived late than memory has room for; the oldest of each device are left out, and"
                            + " what came and went in them is not told. More heap (-Xmx) makes more room.",
                    setup.stream());
        }
        lateLeftOut = engine.lateLeftOut();
    }

    /** All alarms that are not normal, or shelved; those that matter most first. */
    public List<AlarmView> alarms() {
        return view;
    }

    /** The name of what a rule, as it is to be in force, looks at; empty for one of silence only, and of a rule that was removed. */
    public Optional<String> quantity(String rule) {
        return wanted.rules().stream()
                .filter(one -> one.name().equals(rule))
                .findFirst()
                .flatMap(AlarmRule::quantityName);
    }

    /** The names of the rules that are to be in force. */
    public List<String> ruleNames() {
        return wanted.rules().stream().map(rule -> rule.name()).toList();
    }

    /** The alarm journal. */
    public Journal journal() {
        return setup.alarms();
    }

    /** Is shown the changes of the alarm journal. */
    @FunctionalInterface
    public interface ChangeVisitor {
        /** @return whether to go on */
        boolean visit(Event event, AlarmChange change) throws IOException;
    }

    /**
     * Shows the changes that the alarm journal has, the oldest first; entries of another version say nothing here.
     *
     * @param from none before that is left out, and some may be shown, as events have the cloud's time
     * @param wanted asked before an event is read
     */
    public void changes(Instant from, Predicate<Event> wanted, ChangeVisitor visitor) throws IOException {
        AlarmChangeEvents events = new AlarmChangeEvents();
        Instant received = from.equals(Instant.EPOCH) ? from : from.minus(CLOCK_DIFFERENCE);
        setup.alarms().scan(received, record -> {
            try {
                return !wanted.test(record.event())
                        || !(events.read(record.event()) instanceof AlarmEntry.Changed changed)
                        || visitor.visit(record.event(), changed.change());
            } catch (IOException e) {
                // an entry of another version
                return true;
            }
        });
    }

    /** A snapshot; cheap. */
    public AlarmStatus status() {
        long last = setup.events().status().nextSequence() - 1;
        String wrong = saveProblem == null ? problem : saveProblem;
        return new AlarmStatus(
                setup.stream(),
                rulesInForce,
                view,
                Math.max(0, last - processed),
                log.changes(),
                log.notifications(),
                lateLeftOut,
                wrong);
    }

    /** Finishes what it has in hand, saves, and ends. */
    @Override
    public void close() {
        stopping = true;
        Thread running = thread;
        boolean interrupted = false;
        if (running != null) {
            try {
                running.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (running.isAlive()) {
                LOG.warn(
                        "Alarms of {} did not end in time; the next start goes on with what was saved", setup.stream());
                running.interrupt();
            }
        }
        Subscription source = subscription;
        if (source != null) {
            source.close();
        }
        memory.close();
        known.close();
        for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
            request.answer().completeExceptionally(new IllegalStateException("the router is stopping"));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
