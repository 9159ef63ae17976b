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
 * The alarms of one stream. Reads the stream's journal as the subscriber {@value #SUBSCRIBER}, lets the engine compute
 * the changes of each event, and writes them to the alarm journal.
 *
 * <p>The state is saved at intervals in one step, together with the positions up to which it is valid, and only then
 * the cursor moves. After a crash the same events come again and make the same changes, which the alarm journal
 * recognises by their identifiers. Inputs that the journal of events does not have (a person's command, a gap, an edit
 * of the rules) are in the alarm journal, with the number of the event after which they took effect, and take effect
 * there again.
 *
 * <p>Threads: the service's own thread, which the supervisor makes, owns all state; other threads send it requests. The
 * thread begins with the saved state, also after a failure.
 */
public final class AlarmService implements AutoCloseable {
    /**
     * How far the cloud's clock, which stamps events, may be ahead of this machine's clock, which stamps their receipt.
     */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

    /** The name of the subscriber to the stream's journal. */
    public static final String SUBSCRIBER = "alarms";

    private static final Logger LOG = LoggerFactory.getLogger(AlarmService.class);

    private static final int BATCH = 200;
    private static final long BATCH_BYTES = 128 << 10;
    /** The memory of that, including the objects around the text. */
    private static final long BATCH_HEAP = 256 << 10;

    /** The longest time that a command waits while nothing happens. */
    private static final Duration IDLE = Duration.ofMillis(200);

    /** The shortest interval at which the engine gets the time while nothing is received. */
    private static final Duration TOLD_TIME_EVERY = Duration.ofSeconds(1);

    private static final Duration SAVE_EVERY = Duration.ofSeconds(10);
    private static final int SAVE_AFTER_EVENTS = 50_000;
    /** Much fewer than the identifiers that the alarm journal remembers. */
    private static final int SAVE_AFTER_CHANGES = 10_000;
    /** A large state is saved less often, so that it does not wear out a memory card. */
    private static final long SAVED_BYTES_PER_SECOND = 40_000;

    /** Which part of the memory for long-held data late values may take: a quarter. */
    private static final int LATE_PART = 4;

    private static final long LEAST_LATE_BYTES = 64 << 10;

    private static final Duration VIEW_EVERY = Duration.ofSeconds(1);
    private static final Duration DISK_DELAY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Setup setup;
    /** Accepts an empty text for no rules. */
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
    /** The rules that are wanted. */
    private volatile RuleSet wanted;
    /** The number of the last record that the engine processed; written by the thread. */
    private volatile long processed;
    /** Up to this record, the engine repeats work of before, and gets no new inputs. */
    private long oldUntil;

    private Deque<AlarmEntry> toldBefore = new ArrayDeque<>();
    private @Nullable Position reached;
    /** The position of the second newest snapshot: if the disk damages the newest, the events since then come again. */
    private @Nullable Position savedBefore;

    private long unsavedEvents;
    private Deadline save;
    private Deadline look;
    private Deadline tellTime;

    /**
     * The parts with which the service works.
     *
     * @param stream the stream's name, for messages
     * @param events the stream's journal; the service does not close it
     * @param alarms the alarm journal; the service does not close it, and is its only writer
     * @param snapshot the saved state, and the one before it
     * @param devices the known devices of the project
     * @param gaps the gaps in the stream's gap ledger
     * @param isStreaming whether the cloud's stream is wanted, whose pings are a clock
     * @param reader reads the rules of a snapshot and of edits
     * @param ids makes unique identifiers
     * @param memory the budget for events that are being processed
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

    /** A request of another thread to the engine. */
    private record Request<T>(Work<T> work, CompletableFuture<T> answer) {}

    private interface Work<T> {
        T run() throws InterruptedException;
    }

    /**
     * Opens the subscription, so that later events are not missed. {@link #start} begins the work.
     *
     * @param rules the wanted rules
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

    /**
     * Makes an engine. Its memory is a part of the whole budget, not of what is free, as its results must be the same
     * after a restart.
     */
    private AlarmEngine engine(List<AlarmRule> rules) {
        return new AlarmEngine(rules, setup.devices(), lateBytes(setup.memory()));
    }

    /** The memory for late values, given a budget. */
    public static long lateBytes(MemoryBudget memory) {
        return Math.max(LEAST_LATE_BYTES, memory.keptBytes() / LATE_PART);
    }

    /** Starts the thread. */
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
            if (setup.alarms().status().takenOver() == null) {
                throw new UncheckedIOException(e);
            }
        } catch (IllegalStateException e) {
            if (setup.alarms().status().takenOver() == null) {
                throw e;
            }
            // Another router has the alarms now, and continues with the saved state.
        }
    }

    /** Begins with the saved state. */
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
            // Saves the rules with which it began.
            save();
        }
        showView();
    }

    private void startAnew(long cursor, boolean isDamaged) throws IOException {
        problem = isDamaged
                ? "what was known of alarms could not be read (" + setup.snapshot()
                        + ", of which the log says more): they begin again, and earlier ones are not known"
                : null;
        if (isDamaged) {
            LOG.error("Alarms of {}: {}", setup.stream(), problem);
        }
        engine = engine(wanted.rules());
        text = wanted.text();
        processed = cursor - 1;
        gapNews.restart(Set.of());
        toldBefore = log.toldBehind(new AlarmSnapshot.Place(0, 0, Instant.EPOCH, Set.of(), ""));
        // An input after events that do not come again has no meaning any more.
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
                    "Alarms of {}: the journal of events was replaced; they continue with its next event",
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

    /** One round: the requests of others, then the next events. */
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
            // One event must not end all alarms; an incomplete change of it is the same when it comes again.
            found.subList(before, found.size()).clear();
            problem = "the event " + record.event().eventId() + " was skipped: " + e;
            LOG.error("Alarms of {}: {}", setup.stream(), problem, e);
        }
        processed = record.sequence();
        unsavedEvents++;
    }

    /** Repeats the inputs of before the restart, each at its place. */
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

    /**
     * Updates the visible alarms before a notification can be delivered, so that a reader of the notification finds the
     * alarm at once.
     */
    private void append() throws InterruptedException {
        if (!found.isEmpty()) {
            showView();
        }
        for (AlarmChange change : found) {
            log.append(change);
        }
        found.clear();
    }

    /** Applies the wanted rules, if they have changed. */
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
                "Alarms of {}: {} rules are in force; the edit raises {}, clears {} and ends {} alarms, {} remain",
                setup.stream(),
                next.rules().size(),
                effect.raised().size(),
                effect.cleared().size(),
                effect.ended().size(),
                effect.kept());
        return effect;
    }

    /** Passes changes of the gap ledger and of the device list to the engine. */
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

    /** The time, if nothing is received that would show it. */
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

    /** The engine reports an error before anything is written. */
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
     * Runs a person's command. The future is completed when the result is on disk.
     *
     * @return fails with an {@link IllegalArgumentException} if the command is not possible; its message is for people
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

    /** Applies other rules. The result is what that changed; nothing if they are in force already. */
    public CompletableFuture<EditEffect> edit(RuleSet rules) {
        return request(() -> {
            wanted = rules;
            return edit();
        });
    }

    /** The changes that an edit would make, without making them. */
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

    /** Called by any thread when the gap ledger has changed. Returns at once. */
    public void gapsChanged() {
        gapsChanged.set(true);
    }

    /** Called for each device list that is not doubted, by the list's thread. */
    public void devicesListed(Set<String> devices, Set<String> left) {
        deviceNews.listed(devices, left);
    }

    private boolean isSaveDue() {
        return unsavedEvents >= SAVE_AFTER_EVENTS
                || log.unsynced() >= SAVE_AFTER_CHANGES
                || unsavedEvents > 0 && save.isOver();
    }

    /** Saves the state, then moves the cursor to the position of the second newest snapshot. */
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
                    "Alarms of {}: more values arrived late than memory has room for; the oldest of each device are dropped, and"
                            + " alarms in them are not reported. More heap (-Xmx) makes more room.",
                    setup.stream());
        }
        lateLeftOut = engine.lateLeftOut();
    }

    /** All alarms that are not normal, or shelved; the most severe first. */
    public List<AlarmView> alarms() {
        return view;
    }

    /** The name of a wanted rule's quantity; empty if the rule is about silence only, or was removed. */
    public Optional<String> quantity(String rule) {
        return wanted.rules().stream()
                .filter(one -> one.name().equals(rule))
                .findFirst()
                .flatMap(AlarmRule::quantityName);
    }

    /** The names of the wanted rules. */
    public List<String> ruleNames() {
        return wanted.rules().stream().map(rule -> rule.name()).toList();
    }

    /** The alarm journal. */
    public Journal journal() {
        return setup.alarms();
    }

    /** Gets the changes of the alarm journal. */
    @FunctionalInterface
    public interface ChangeVisitor {
        /** @return whether to continue */
        boolean visit(Event event, AlarmChange change) throws IOException;
    }

    /**
     * Passes the changes in the alarm journal to a visitor, oldest first; entries of another version are skipped.
     *
     * @param from no later change is left out, and some earlier ones may be included, as events have the cloud's time
     * @param wanted called before an event is parsed
     */
    public void changes(Instant from, Predicate<Event> wanted, ChangeVisitor visitor) throws IOException {
        Instant received = from.equals(Instant.EPOCH) ? from : from.minus(CLOCK_DIFFERENCE);
        setup.alarms().scan(received, record -> {
            try {
                if (!wanted.test(record.event())) {
                    return true;
                }
                Optional<AlarmChange> change = AlarmChangeEvents.change(record.event());
                return change.isEmpty() || visitor.visit(record.event(), change.get());
            } catch (IOException e) {
                // An entry of another version.
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

    /** Finishes the present work, saves the state, and ends. */
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
                        "Alarms of {} did not end in time; the next start continues with the saved state",
                        setup.stream());
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
