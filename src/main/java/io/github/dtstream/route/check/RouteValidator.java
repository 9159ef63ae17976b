package io.github.dtstream.route.check;

import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.ScratchContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds errors in a directory's routes and alarm rules without running them. Independent checks look at every route, so
 * that all findings come at once. A route in which they find nothing is then built in a scratch context, which finds
 * the remaining errors. Nothing is started and nothing connects. Thread-safe.
 */
public final class RouteValidator {
    private static final Logger LOG = LoggerFactory.getLogger(RouteValidator.class);

    private final Consumer<CamelContext> equipment;
    private @Nullable YamlSchema schema;
    /** The check that was begun in the background; used once. Guarded by this. */
    private @Nullable Ahead ahead;

    /**
     * @param equipment gives a new context the beans and components that routes may refer to, apart from the components that
     *     Camel finds on the class path
     */
    public RouteValidator(Consumer<CamelContext> equipment) {
        this.equipment = equipment;
    }

    /** A check on a thread of its own, with its input. */
    private record Ahead(RouteFiles files, Map<String, String> properties, FutureTask<Verdict> verdict) {}

    /**
     * Begins to check in the background; the next check of the same files and values waits for this one instead.
     *
     * @throws IOException if the directory cannot be read
     */
    public synchronized void beginCheck(Path directory, Map<String, String> properties) throws IOException {
        RouteFiles files = RouteFiles.read(directory);
        Map<String, String> values = Map.copyOf(properties);
        Ahead begun = new Ahead(files, values, new FutureTask<>(() -> checkNow(files, values)));
        ahead = begun;
        Thread thread = new Thread(begun.verdict(), "route-check");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The findings about the files of a directory, sorted by place.
     *
     * @param properties the values of placeholders, from all sources
     * @throws IOException if the directory cannot be read
     */
    public List<Finding> validate(Path directory, Map<String, String> properties) throws IOException {
        return check(RouteFiles.read(directory), properties).findings();
    }

    /**
     * The findings about one file, checked among the routes of its folder, sorted by place.
     *
     * @throws IOException if the file or its folder cannot be read
     */
    public List<Finding> validateFile(Path file, Map<String, String> properties) throws IOException {
        RouteFiles files = RouteFiles.around(file);
        String label = files.named(file.getFileName().toString()).orElseThrow().label();
        return check(files, properties).findings().stream()
                .filter(finding -> finding.file().equals(label))
                .toList();
    }

    /**
     * The result of a check.
     *
     * @param rules the alarm rules; complete if there is no error
     */
    public record Verdict(RouteSet routes, List<AlarmRule> rules, List<Finding> findings) {
        public Verdict {
            rules = List.copyOf(rules);
            findings = List.copyOf(findings);
        }

        public boolean isGood() {
            return findings.stream().noneMatch(Finding::isError);
        }
    }

    public Verdict check(RouteFiles files, Map<String, String> properties) {
        Ahead begun = takeAhead();
        if (begun != null && begun.files().equals(files) && begun.properties().equals(properties)) {
            try {
                return begun.verdict().get();
            } catch (ExecutionException e) {
                LOG.debug("The check that was begun ahead failed and is made again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return checkNow(files, properties);
    }

    private synchronized @Nullable Ahead takeAhead() {
        Ahead taken = ahead;
        ahead = null;
        return taken;
    }

    private Verdict checkNow(RouteFiles files, Map<String, String> properties) {
        try (ScratchContext scratch = ScratchContext.open(properties, equipment)) {
            return new RouteCheck(scratch.context(), schema(), files, properties).run();
        }
    }

    /**
     * Reads the routes and rules of files whose content was checked before. It reports duplicate route ids and errors
     * in alarm rules, and checks nothing else.
     */
    public Verdict trust(RouteFiles files, Map<String, String> properties) {
        try (ScratchContext scratch = ScratchContext.open(properties, equipment)) {
            RouteSet routes = new RouteSet(files, scratch.context());
            PlaceholderCheck placeholders = new PlaceholderCheck(scratch.context(), properties);
            AlarmRules rules = AlarmRules.read(files.alarms(), placeholders::replace);
            List<Finding> findings = new ArrayList<>(routes.findings());
            findings.addAll(rules.findings().stream().filter(Finding::isError).toList());
            return new Verdict(routes, rules.rules(), findings);
        }
    }

    /** The schema, which is read when it is first needed, as it is large. */
    private synchronized YamlSchema schema() {
        YamlSchema loaded = schema;
        if (loaded == null) {
            loaded = YamlSchema.load();
            schema = loaded;
        }
        return loaded;
    }
}
