package io.github.dtstream.app.router;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.trial.AlarmTrial;
import io.github.dtstream.alarm.trial.PastEvents;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.api.RateLimitedApi;
import io.github.dtstream.cloud.api.RetryingApi;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.stream.CloudOptions;
import io.github.dtstream.text.Printable;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.time.TimeLeft;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.main.Main;

/** Tries alarm rules on the cloud's event history, and shows its progress on a terminal. Used by one thread. */
public final class HistoryTrial {
    /** How far back the cloud's history reaches at most. */
    private static final Duration REACH = Duration.ofDays(31);

    private static final int ATTEMPTS = 8;
    private static final Backoff BACKOFF =
            Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1)).withJitter(1);
    private static final int MOST_NAMED = 10;

    private final Settings settings;
    private final String projectId;
    private final PrintWriter err;
    private final boolean isWatched;

    /**
     * @param stream {@code PROJECT/NAME}; empty for the project of the settings
     * @param err takes messages that are not part of the result
     * @param isWatched whether {@code err} is a terminal, which shows progress
     */
    public HistoryTrial(Settings settings, String stream, PrintWriter err, boolean isWatched) {
        this.settings = settings;
        this.projectId = stream.isEmpty() ? settings.get(Setting.PROJECT_ID) : stream.split("/", 2)[0];
        this.err = err;
        this.isWatched = isWatched;
    }

    /**
     * Runs a trial of each rule set.
     *
     * @param ruleSets sets of rules, each of which gets a trial of its own
     * @param spool a temporary file for the events; it is deleted again
     * @throws ConfigurationException if these settings do not suffice to ask the cloud
     * @throws CloudException if the cloud refuses, or still fails after several attempts
     */
    public List<AlarmTrial> run(List<List<AlarmRule>> ruleSets, Instant from, Instant to, Path spool)
            throws ConfigurationException, CloudException, IOException, InterruptedException {
        if (from.isBefore(to.minus(REACH))) {
            err.println("The cloud's history reaches back 31 days; what was before is not tried.");
        }
        settings.requireCredentials();
        if (projectId.contains(",")) {
            throw new ConfigurationException(Setting.PROJECT_ID.key()
                    + " names several projects; say with --stream which, PROJECT or PROJECT/STREAM");
        }
        Main main = Router.atRest(settings);
        DtStreamComponent component = main.getCamelContext().getComponent("dt-stream", DtStreamComponent.class);
        CloudOptions options = component.cloudOptions(projectId);
        try (CloudClient client = options.client(component.clock(), component.supervisor())) {
            return run(api(client, options), ruleSets, from, to, spool);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The cloud cannot be asked: " + e.getMessage());
        } finally {
            main.stop();
        }
    }

    /** Limits the requests to half of the rate limit, as a router may fill gaps with the same service account. */
    private static CloudApi api(CloudClient client, CloudOptions options) {
        CloudApi slow = RateLimitedApi.of(client, options.historyRequestsPerSecond() / 2.0, Sleeper.SYSTEM);
        return RetryingApi.of(slow, ATTEMPTS, BACKOFF, Sleeper.SYSTEM, new SecureRandom());
    }

    private List<AlarmTrial> run(CloudApi api, List<List<AlarmRule>> ruleSets, Instant from, Instant to, Path spool)
            throws CloudException, IOException, InterruptedException {
        Map<String, Device> devices = new HashMap<>();
        new Devices(api, projectId).forEach(DeviceFilters.NONE, device -> devices.put(device.id(), device));
        List<AlarmTrial> trials = new ArrayList<>();
        ruleSets.forEach(rules -> trials.add(new AlarmTrial(rules, id -> Optional.ofNullable(devices.get(id)))));
        PastEvents past = new PastEvents(
                new History(api, projectId),
                ruleSets.stream().flatMap(List::stream).toList());
        try (ProgressLine line = new ProgressLine(err, isWatched, Ticker.SYSTEM)) {
            past.read(
                    List.copyOf(devices.values()),
                    from,
                    to,
                    spool,
                    new SystemStorage(),
                    (done, of, events) -> line.show(
                            done,
                            of,
                            String.format(Locale.ROOT, "history of %d of %d devices, %,d events", done, of, events)),
                    all(trials));
        }
        sayWhatIsMissing(past);
        return trials;
    }

    private static PastEvents.Consumer all(List<AlarmTrial> trials) {
        return new PastEvents.Consumer() {
            @Override
            public void event(JournalRecord record) {
                trials.forEach(trial -> trial.on(record));
            }

            @Override
            public void ping(JournalRecord record) {
                trials.forEach(trial -> trial.ping(record));
            }
        };
    }

    private void sayWhatIsMissing(PastEvents past) {
        if (past.invalid() > 0) {
            err.println(past.invalid() + " events could not be read, and were left out.");
        }
        if (!past.gone().isEmpty()) {
            int more = past.gone().size() - MOST_NAMED;
            List<String> named = past.gone().stream().limit(MOST_NAMED).toList();
            err.println("The cloud does not show the history of " + Printable.line(String.join(", ", named))
                    + (more > 0 ? " and " + more + " more." : "."));
        }
    }

    /**
     * A line of progress on a terminal, which is overwritten with each change and removed at the end. Without a
     * terminal it does nothing. Not thread-safe.
     */
    static final class ProgressLine implements AutoCloseable {
        private static final Duration SHOW_EVERY = Duration.ofMillis(200);
        private static final int BAR = 20;

        private final PrintWriter terminal;
        private final boolean isShown;
        private final Ticker ticker;
        private final TimeLeft timeLeft;
        private Deadline next;
        private int width;

        ProgressLine(PrintWriter terminal, boolean isShown, Ticker ticker) {
            this.terminal = terminal;
            this.isShown = isShown;
            this.ticker = ticker;
            this.timeLeft = new TimeLeft(0, ticker);
            this.next = Deadline.after(Duration.ZERO, ticker);
        }

        /** @param what a few words about what is done */
        void show(int done, int total, String what) {
            if (isShown && next.isOver()) {
                next = Deadline.after(SHOW_EVERY, ticker);
                int part = total == 0 ? BAR : (int) ((long) BAR * done / total);
                write("[" + "#".repeat(part) + ".".repeat(BAR - part) + "] "
                        + (total == 0 ? 100 : (int) (100L * done / total)) + " %, " + what + left(done, total));
            }
        }

        private String left(int done, int total) {
            Duration left = done == total ? null : timeLeft.of(done, total);
            return left == null ? "" : ", about " + TimeLeft.text(left) + " left";
        }

        private void write(String line) {
            terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            terminal.flush();
            width = line.length();
        }

        @Override
        public void close() {
            if (width > 0) {
                write("");
                terminal.print("\r");
                terminal.flush();
            }
        }
    }
}
