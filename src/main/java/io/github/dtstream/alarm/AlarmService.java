package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.engine.Devices;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
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
    /** The name of the subscriber to the stream's journal. */
    public static final String SUBSCRIBER = "alarms";

    /**
     * The settings of alarm journals. The history of alarms is kept for long: three years. A change takes some hundred
     * bytes.
     */
    public static final JournalSettings JOURNAL = new JournalSettings(
            16L << 20, Duration.ofDays(3 * 365), 256L << 20, 1 << 16, 1 << 20, 256 << 10, Duration.ofDays(30));

    private static final Logger LOG = LoggerFactory.getLogger(AlarmService.class);

    private static final int BATCH = 200;
    /** The memory of a batch, including the objects around the text. */
    private static final long BATCH_HEAP = 256 << 10;

    /** The longest time that a command waits while nothing happens. */
    private static final Duration IDLE = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Setup setup;
    private final MemoryShare memory;
    private final EngineRequests requests = new EngineRequests();
    private final AlarmProcessing processing;
    private volatile @Nullable Thread thread;

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

    /**
     * Requires that a saved state can be read.
     *
     * @throws IOException if it was damaged, or was written by a version that this one does not know
     */
    public static void check(byte[] state) throws IOException {
        AlarmSnapshot.check(state);
    }

    /**
     * Opens the subscription, so that later events are not missed. {@link #start} begins the work.
     *
     * @param rules the wanted rules
     */
    public AlarmService(Setup setup, RuleSet rules) throws IOException {
        this.setup = setup;
        this.memory = setup.memory().share(Holder.BATCHES, BATCH_HEAP);
        this.processing = new AlarmProcessing(setup, rules);
    }

    /** The memory for late values, given a budget. */
    public static long lateBytes(MemoryBudget memory) {
        return AlarmProcessing.lateBytes(memory);
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
            while (!requests.isStopping()) {
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
        processing.restore();
    }

    /** One round: the requests of others, then the next events. */
    void step(int most, Duration patience) throws InterruptedException, IOException {
        processing.step(most, patience, requests);
    }

    /** Saves the state. */
    void save() throws InterruptedException {
        processing.save();
    }

    /**
     * Runs a person's command. The future is completed when the result is on disk.
     *
     * @return fails with an {@link IllegalArgumentException} if the command is not possible; its message is for people
     */
    public CompletableFuture<AlarmCommand> put(AlarmCommand command) {
        return requests.add(() -> processing.put(command));
    }

    /** Applies other rules. The result is what that changed; nothing if they are in force already. */
    public CompletableFuture<EditEffect> edit(RuleSet rules) {
        return requests.add(() -> processing.edit(rules));
    }

    /** The changes that an edit would make, without making them. */
    public CompletableFuture<EditEffect> preview(RuleSet rules) {
        return requests.add(() -> processing.preview(rules));
    }

    /** Called by any thread when the gap ledger has changed. Returns at once. */
    public void gapsChanged() {
        processing.news().gapsChanged();
    }

    /** Called for each device list that is not doubted, by the list's thread. */
    public void devicesListed(Set<String> devices, Set<String> left) {
        processing.news().devicesListed(devices, left);
    }

    /** All alarms that are not normal, or shelved; the most severe first. */
    public List<AlarmView> alarms() {
        return processing.alarms();
    }

    /** The name of a wanted rule's quantity; empty if the rule is about silence only, or was removed. */
    public Optional<String> quantity(String rule) {
        return processing.wanted().rules().stream()
                .filter(one -> one.name().equals(rule))
                .findFirst()
                .flatMap(AlarmRule::quantityName);
    }

    /** The names of the wanted rules. */
    public List<String> ruleNames() {
        return processing.wanted().rules().stream().map(rule -> rule.name()).toList();
    }

    /** The alarm journal. */
    public Journal journal() {
        return setup.alarms();
    }

    /** A snapshot; cheap. */
    public AlarmStatus status() {
        return processing.status();
    }

    /** Finishes the present work, saves the state, and ends. */
    @Override
    public void close() {
        requests.stop();
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
        processing.close();
        memory.close();
        requests.refuse();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
