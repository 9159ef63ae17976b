package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes the stream's journal: lets the engine compute the changes of each event and input, writes them to the alarm
 * journal, and saves the state. One thread at a time uses it; any thread reads what is volatile, through the methods
 * that say so.
 */
final class AlarmProcessing {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmProcessing.class);

    private static final long BATCH_BYTES = 128 << 10;

    /** Which part of the memory for long-held data late values may take: a quarter. */
    private static final int LATE_PART = 4;

    private static final long LEAST_LATE_BYTES = 64 << 10;

    private static final Duration VIEW_EVERY = Duration.ofSeconds(1);

    private final AlarmService.Setup setup;
    /** Accepts an empty text for no rules. */
    private final RuleSet.Reader reader;

    private final AlarmLog log;
    private final MemoryShare known;
    private final AlarmSnapshot snapshot;
    private final AlarmSaving saving;
    private final EngineNews news;
    private final AlarmFaults faults;
    private final ReplayedInputs replayed = new ReplayedInputs();
    private final List<AlarmChange> found = new ArrayList<>();

    private AlarmEngine engine;
    /** The rules in force, as text. */
    private String text = "";

    private Deadline look;

    // Written by the thread that processes, and read by others.
    private volatile @Nullable Subscription subscription;
    private volatile RuleSet wanted;
    private volatile List<AlarmView> view = List.of();
    private volatile int rulesInForce;
    private volatile long lateLeftOut;
    /** The number of the last event that the engine processed. */
    private volatile long processed;

    /**
     * Opens the subscription, so that later events are not missed.
     *
     * @param rules the wanted rules
     */
    AlarmProcessing(AlarmService.Setup setup, RuleSet rules) throws IOException {
        this.setup = setup;
        this.wanted = rules;
        this.rulesInForce = rules.rules().size();
        this.reader =
                rulesText -> rulesText.isEmpty() ? List.of() : setup.reader().read(rulesText);
        this.log = new AlarmLog(setup.alarms(), setup.projectId(), setup.clock());
        this.snapshot = new AlarmSnapshot(setup.snapshot(), reader, this::engine);
        this.known = setup.memory().share(Holder.ALARMS, 0);
        this.saving = new AlarmSaving(setup.stream(), snapshot, log, setup.ticker());
        this.news = new EngineNews(setup);
        this.faults = new AlarmFaults(setup.stream(), setup.clock());
        this.engine = engine(rules.rules());
        this.look = Deadline.after(Duration.ZERO, setup.ticker());
        this.subscription = setup.events().subscribe(AlarmService.SUBSCRIBER, Journal.Start.END);
    }

    /**
     * Makes an engine. Its memory is a part of the whole budget, not of what is free, as its results must be the same
     * after a restart.
     */
    private AlarmEngine engine(List<AlarmRule> rules) {
        return new AlarmEngine(rules, setup.devices(), lateBytes(setup.memory()));
    }

    /** The memory for late values, given a budget. */
    static long lateBytes(MemoryBudget memory) {
        return Math.max(LEAST_LATE_BYTES, memory.keptBytes() / LATE_PART);
    }

    /** Begins with the saved state. */
    void restore() throws IOException, InterruptedException {
        log.flush();
        Subscription before = subscription;
        if (before != null) {
            before.close();
        }
        DurableState.Content<AlarmSnapshot.Restored> content = snapshot.load();
        subscription = setup.events().subscribe(AlarmService.SUBSCRIBER, Journal.Start.END);
        JournalStatus journal = setup.events().status();
        long last = journal.nextSequence() - 1;
        long cursor = journal.subscribers().stream()
                .filter(one -> one.name().equals(AlarmService.SUBSCRIBER))
                .mapToLong(JournalStatus.Subscriber::cursor)
                .findFirst()
                .orElse(last + 1);
        AlarmSnapshot.Restored restored = content.value().orElse(null);
        if (restored == null) {
            startAnew(cursor, last, content.damaged());
        } else {
            goOnWith(restored, cursor, last);
        }
        found.clear();
        saving.restart();
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

    private void startAnew(long cursor, long last, boolean isDamaged) throws IOException {
        if (isDamaged) {
            faults.beganAnew("what was known of alarms could not be read (" + setup.snapshot()
                    + ", of which the log says more): they begin again, and earlier ones are not known");
        } else {
            faults.forget();
        }
        engine = engine(wanted.rules());
        text = wanted.text();
        processed = cursor - 1;
        news.restart(Set.of());
        Deque<AlarmLog.Logged> told = log.toldBehind(new AlarmSnapshot.Place(0, 0, Instant.EPOCH, Set.of(), ""));
        replayed.restart(ReplayedInputs.from(told, processed), last);
    }

    private void goOnWith(AlarmSnapshot.Restored restored, long cursor, long last) throws IOException {
        AlarmSnapshot.Place place = restored.place();
        engine = restored.engine();
        text = place.rules();
        news.restart(place.openGaps());
        log.resume(place.alarmReceived());
        replayed.restart(log.toldBehind(place), last);
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

    /** One round: the requests of others, then the next events. */
    void step(int most, Duration patience, EngineRequests requests) throws InterruptedException, IOException {
        if (replayed.isDone(processed)) {
            edit();
            tellNews();
            requests.run();
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
            saving.reached(batch.end());
        }
        tellAgain();
        append();
        if (look.isOver()) {
            showView();
        }
        if (saving.isDue()) {
            save();
        }
    }

    private void process(JournalRecord record) {
        try {
            engine.on(record, found::add);
        } catch (RuntimeException e) {
            // One event must not end all alarms. What it has changed so far is written, as the engine has it, and is
            // the same if the event comes again.
            faults.skipped("the event " + record.event().eventId(), e);
        }
        processed = record.sequence();
        saving.processed();
    }

    private static String input(AlarmInput input) {
        return "the input " + input.id() + " (" + input.getClass().getSimpleName() + ")";
    }

    /** Repeats the inputs of before the restart, each at its place. */
    private void tellAgain() {
        for (AlarmEntry entry = replayed.next(processed); entry != null; entry = replayed.next(processed)) {
            try {
                if (entry instanceof AlarmEntry.Told told) {
                    tell(told.input(), found::add);
                } else if (entry instanceof AlarmEntry.Edited edited) {
                    edit(edited, reader.read(edited.rules()));
                }
            } catch (IllegalArgumentException | IOException e) {
                LOG.error("Alarms of {}: {} does not take effect again: {}", setup.stream(), entry, e.getMessage());
            } catch (RuntimeException e) {
                // It would come again at each restart, and end the alarms each time.
                faults.skipped(entry instanceof AlarmEntry.Told told ? input(told.input()) : "an edit of the rules", e);
            }
        }
    }

    private void tell(AlarmInput input, Consumer<AlarmChange> changes) {
        news.told(input);
        engine.on(input, changes);
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
        EditEffect effect = edit(edited, next.rules());
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

    private EditEffect edit(AlarmEntry.Edited edited, List<AlarmRule> rules) {
        try {
            return engine.edit(rules, edited.id(), found::add);
        } finally {
            // Also if that fails half-way: the state is saved with the rules that the engine has, and the edit is not
            // made again.
            text = engine.rules().equals(rules) ? edited.rules() : text;
            rulesInForce = engine.rules().size();
        }
    }

    /** Passes changes of the gap ledger and of the device list to the engine. */
    private void tellNews() throws InterruptedException {
        List<AlarmInput> inputs = news.due(engine, processed, view);
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

    /**
     * Passes an input to the engine, and writes it. Nothing is written of one that is not possible. Of one at which the
     * engine failed, what it has changed so far is written, as of such an event.
     *
     * @return the failure; null if there was none
     */
    private @Nullable RuntimeException put(AlarmInput input) throws InterruptedException {
        List<AlarmChange> changes = new ArrayList<>();
        RuntimeException failure = null;
        try {
            tell(input, changes::add);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            faults.skipped(input(input), e);
            news.failed();
            failure = e;
        }
        log.append(new AlarmEntry.Told(input, processed, setup.clock().instant()));
        found.addAll(changes);
        append();
        return failure;
    }

    private void finishInput() throws InterruptedException {
        append();
        save();
        showView();
    }

    /** Does what a person wants; returns when the result is on disk. */
    AlarmCommand put(AlarmCommand command) throws InterruptedException {
        Optional<AlarmInput> time = news.time(processed);
        if (time.isPresent()) {
            put(time.get());
        }
        RuntimeException failure = put(command.input(setup.ids().get()));
        finishInput();
        if (failure != null) {
            throw failure;
        }
        return command;
    }

    /** Applies other rules. */
    EditEffect edit(RuleSet rules) throws InterruptedException {
        wanted = rules;
        return edit();
    }

    EditEffect preview(RuleSet rules) {
        return engine.preview(rules.rules());
    }

    /** Saves the state. */
    void save() throws InterruptedException {
        log.flush();
        measure();
        saving.save(engine, place(), subscription);
    }

    /** What the state is valid for. Inputs of before the restart that have not taken effect again are behind it. */
    private AlarmSnapshot.Place place() {
        Optional<AlarmLog.Logged> pending = replayed.first();
        long sequence = pending.map(input -> input.sequence() - 1).orElseGet(log::sequence);
        Instant received = pending.map(AlarmLog.Logged::received).orElseGet(log::received);
        return new AlarmSnapshot.Place(processed, sequence, received, news.openGaps(), text);
    }

    private void showView() {
        view = List.copyOf(engine.alarms());
        look = Deadline.after(VIEW_EVERY, setup.ticker());
    }

    private void measure() {
        known.set(engine.heapBytes());
        if (engine.lateLeftOut() > 0 && lateLeftOut == 0) {
            LOG.warn(
                    "Alarms of {}: more values arrived late than memory has room for; the oldest of each device are"
                            + " dropped, and alarms in them are not reported. More heap (-Xmx) makes more room.",
                    setup.stream());
        }
        lateLeftOut = engine.lateLeftOut();
    }

    /** What the engine must be told beside events. */
    EngineNews news() {
        return news;
    }

    /** The wanted rules. May be called by any thread. */
    RuleSet wanted() {
        return wanted;
    }

    /** The present alarms. May be called by any thread. */
    List<AlarmView> alarms() {
        return view;
    }

    /** A snapshot; cheap. May be called by any thread. */
    AlarmStatus status() {
        long last = setup.events().status().nextSequence() - 1;
        String unsaved = saving.problem();
        String wrong = unsaved == null ? faults.lately() : unsaved;
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

    /** Gives back what it holds. Called when nothing is processed any more. */
    void close() {
        Subscription source = subscription;
        if (source != null) {
            source.close();
        }
        known.close();
    }
}
