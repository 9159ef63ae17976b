package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dtstream.LogCapture;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.reload.FaultyHost.Fault;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.route.reload.ReloadStatus.RouteState;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first load and later changes, step by step on the test's own thread. */
class RouteChangesTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String ALARMS = "alarms:\n  - {alarm: warm, value: temperature, raise: {above: 8}}\n";
    /** It reads Camel's schema once, which takes longer than everything else. */
    private static final RouteValidator VALIDATOR =
            new RouteValidator(scratch -> scratch.getRegistry().bind("sink", new Sink(new ArrayList<>())));

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovableClock clock = new MovableClock(NOON);
    private final Map<String, String> properties = new HashMap<>(Map.of("word", "hello"));
    private final List<String> arrived = new ArrayList<>();
    private final List<ReloadStatus> told = new ArrayList<>();
    private RouteGate gate = RouteGate.OPEN;
    /** What the gate reads. */
    private String tests = "";

    private @Nullable RuntimeException brokenProperties;
    private @Nullable String ruleProblem;
    private Path routes;
    private LastGood lastGood;
    private FaultyHost host;
    private RuleSwap rules;
    private FirstLoad first;
    private RouteChanges changes;
    private ReloadReporter reporter;

    /** Takes deliveries, and fails on request. */
    public static final class Sink {
        private final List<String> arrived;

        private Sink(List<String> arrived) {
            this.arrived = arrived;
        }

        public void take(String text) {
            if (text.contains("fails")) {
                throw new IllegalStateException("by intent");
            }
            arrived.add(text);
        }
    }

    @BeforeEach
    void start() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        context.getRegistry().bind("sink", new Sink(arrived));
        context.getRegistry().bind(StreamBeans.SIMPLE, StreamBeans.simple());
        context.start();
        write("a", route("a", "one"));
        write("b", route("b", "{{word}}"));
        open(folder.resolve("application.properties"));
    }

    private void open(@Nullable Path propertiesFile) {
        ReloadSettings settings = ReloadSettings.of(routes, propertiesFile, folder.resolve("data"));
        lastGood = new LastGood(settings.lastGoodDirectory());
        LiveRoutes live = new LiveRoutes(context, Duration.ofSeconds(5));
        host = new FaultyHost(live);
        RouteSwap swap = new RouteSwap(host, clock, settings.trialExchanges(), settings.trialTime());
        rules = new RuleSwap(this::takeRules, lastGood, clock);
        reporter = new ReloadReporter(clock, lastGood);
        reporter.addListener(told::add);
        first = new FirstLoad(routes, VALIDATOR, live, swap, rules, lastGood);
        changes = new RouteChanges(
                settings,
                VALIDATOR,
                new RouteGate() {
                    @Override
                    public List<Finding> check(Path directory, Map<String, String> values) {
                        return gate.check(directory, values);
                    }

                    @Override
                    public Object input(Path directory) {
                        return tests;
                    }
                },
                this::properties,
                live,
                swap,
                rules,
                lastGood,
                reporter);
    }

    private EditEffect takeRules(List<AlarmRule> wanted) throws IOException {
        if (ruleProblem != null) {
            throw new IOException(ruleProblem);
        }
        return new EditEffect(List.of(), List.of(), List.of(), 0);
    }

    private Map<String, String> properties() {
        if (brokenProperties != null) {
            throw brokenProperties;
        }
        return Map.copyOf(properties);
    }

    @AfterEach
    void stop() throws IOException {
        context.close();
    }

    private static String route(String id, String word) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: {constant: "%s"}
                        - to: bean:sink?method=take
                """.formatted(id, id, word);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(routes.resolve(name + ".camel.yaml"), text);
    }

    private Snapshot now() throws IOException {
        return Snapshot.read(routes, this::properties);
    }

    /** Loads the routes, which run at once, as the context is started. */
    private void begin() throws Exception {
        FirstLoad.Outcome outcome = first.checked(now(), false);
        changes.beginWith(outcome);
        first.keep(outcome);
    }

    private void load() throws Exception {
        begin();
        told.clear();
    }

    /** The answer of a route to an exchange, or "fails". */
    private String says(String id) {
        arrived.clear();
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBody("direct:" + id, "");
        } catch (Exception e) {
            return "fails";
        }
        return String.join(",", arrived);
    }

    private ReloadStatus status() {
        return reporter.status();
    }

    private List<String> summaries() {
        return told.stream().map(one -> one.change() + ": " + one.summary()).toList();
    }

    private List<String> complaints() {
        return status().findings().stream()
                .map(finding -> finding.toString().replace(routes + "/", ""))
                .toList();
    }

    @Test
    void saysAtTheStartWhatIsLoadedAndWhatIsLeftOut() throws Exception {
        properties.put("on", "false");
        write("c", route("c", "three").replace("    id:", "    precondition: \"{{on}}\"\n    id:"));
        Files.writeString(routes.resolve("alarms.yaml"), ALARMS);
        begin();

        assertThat(summaries())
                .containsExactly("LOADED: 2 routes are loaded: a, b; left out by their precondition: c; alarm rules in"
                        + " force: warm");
        assertThat(status().routes())
                .containsExactly(
                        new RouteState("a", "a.camel.yaml", true, NOON),
                        new RouteState("b", "b.camel.yaml", true, NOON),
                        new RouteState("c", "c.camel.yaml", false, NOON));
        assertThat(says("a")).isEqualTo("one");
        assertThat(says("b")).isEqualTo("hello");
        assertThat(context.getRoute("c")).isNull();
        assertThat(lastGood.holds(now().files())).isTrue();
    }

    @Test
    void saysAtTheStartOfOneRouteOrNone() throws Exception {
        Files.delete(routes.resolve("b.camel.yaml"));
        load();
        assertThat(status().summary()).isEqualTo("1 route is loaded: a");
        Files.delete(routes.resolve("a.camel.yaml"));
        open(null);
        load();
        assertThat(status().summary()).isEqualTo("0 routes are loaded");
    }

    @Test
    void tellsNothingWhileNothingChangesOrACommentDoes() throws Exception {
        load();
        changes.look();
        changes.judge();
        Route before = context.getRoute("a");
        write("a", "# a comment\n" + route("a", "one"));
        changes.look();

        assertThat(told).isEmpty();
        assertThat(context.getRoute("a")).isSameAs(before);
    }

    @Test
    void tellsWhatOneLookHasChangedAddedAndRemoved() throws Exception {
        load();
        clock.advance(Duration.ofMinutes(1));
        Route b = context.getRoute("b");
        write("a", route("a", "two"));
        write("d", route("d", "four"));
        write("c", route("c", "three"));
        changes.look();
        Files.delete(routes.resolve("d.camel.yaml"));
        properties.put("word", "good evening");
        changes.look();
        changes.look();

        assertThat(summaries()).containsExactly("APPLIED: changed: a; added: c, d", "APPLIED: changed: b; removed: d");
        assertThat(context.getRoute("b")).isNotSameAs(b);
        assertThat(says("a")).isEqualTo("two");
        assertThat(says("b")).isEqualTo("good evening");
        assertThat(context.getRoute("d")).isNull();
        assertThat(status().routes())
                .extracting(RouteState::id, RouteState::since)
                .containsExactlyInAnyOrder(
                        tuple("a", NOON.plusSeconds(60)),
                        tuple("b", NOON.plusSeconds(60)),
                        tuple("c", NOON.plusSeconds(60)));
    }

    @Test
    void timeOfARouteThatStaysIsThatOfItsStart() throws Exception {
        load();
        clock.advance(Duration.ofMinutes(1));
        write("a", route("a", "two"));
        changes.look();
        assertThat(status().routes())
                .extracting(RouteState::since)
                .as("a and b")
                .containsExactlyInAnyOrder(NOON.plusSeconds(60), NOON);
    }

    @Test
    void refusesABrokenEditAsAWholeOnceAndWithdrawsTheComplaint() throws Exception {
        load();
        Route a = context.getRoute("a");
        write("a", route("a", "two"));
        write("b", route("b", "three").replace("setBody", "setBoddy"));
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            changes.look();
            assertThat(log.messages()).anyMatch(line -> line.endsWith("b.camel.yaml differs from what runs:"));
        }
        changes.look();

        assertThat(summaries())
                .containsExactly("REFUSED: a change of the routes is not in effect; what ran before runs on");
        assertThat(status().refused()).containsExactly("b.camel.yaml");
        assertThat(complaints()).anyMatch(line -> line.startsWith("b.camel.yaml:6:") && line.contains("setBoddy"));
        assertThat(context.getRoute("a")).isSameAs(a);

        write("a", route("a", "one"));
        write("b", route("b", "{{word}}"));
        changes.look();
        changes.look();
        assertThat(summaries())
                .hasSize(2)
                .last()
                .isEqualTo("MENDED: the route files are in order again; the routes are" + " as they were");
        assertThat(status().isDegraded()).isFalse();
        assertThat(status().findings()).isEmpty();
        assertThat(context.getRoute("a")).isSameAs(a);
    }

    @Test
    void runsOnWhileTheFolderCannotBeRead() throws Exception {
        load();
        Files.move(routes, folder.resolve("away"));
        changes.look();
        assertThat(told).extracting(ReloadStatus::change).containsExactly(Change.REFUSED);
        assertThat(complaints()).singleElement().asString().contains("routes: error: cannot be read: ");
        assertThat(says("a")).isEqualTo("one");

        Files.move(folder.resolve("away"), routes);
        changes.look();
        assertThat(told).extracting(ReloadStatus::change).containsExactly(Change.REFUSED, Change.MENDED);
    }

    @Test
    void runsOnWhileThePropertiesCannotBeRead() throws Exception {
        load();
        brokenProperties = new IllegalStateException("line 3 is odd");
        changes.look();
        assertThat(complaints()).containsExactly(folder.resolve("application.properties") + ": error: line 3 is odd");
        brokenProperties = null;
        changes.look();
        assertThat(told).extracting(ReloadStatus::change).containsExactly(Change.REFUSED, Change.MENDED);
    }

    @Test
    void namesThePropertiesWhereTheyHaveNoFile() throws Exception {
        context.removeRoute("a");
        open(null);
        load();
        brokenProperties = new IllegalStateException("line 3 is odd");
        changes.look();
        assertThat(complaints()).containsExactly("properties: error: line 3 is odd");
    }

    @Test
    void takesNothingThatTheGateObjectsToAndTakesWhatItWarnsOf() throws Exception {
        load();
        Finding objection = new Finding("routes/a.test.yaml", 3, 5, Finding.Severity.ERROR, "it fails", null);
        Finding warning = new Finding("routes/a.test.yaml", 3, 5, Finding.Severity.WARNING, "it is slow", null);
        gate = (directory, values) -> List.of(objection);
        write("a", route("a", "two"));
        changes.look();
        assertThat(status().findings()).containsExactly(objection);
        assertThat(says("a")).isEqualTo("one");

        gate = (directory, values) -> List.of(warning);
        write("a", route("a", "three"));
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            changes.look();
            assertThat(log.messages()).contains(warning.toString());
        }
        assertThat(status().findings()).containsExactly(warning);
        assertThat(summaries()).last().isEqualTo("MENDED: the route files are in order again; changed: a");
        assertThat(says("a")).isEqualTo("three");

        write("a", "# the same\n" + route("a", "three"));
        gate = RouteGate.OPEN;
        changes.look();
        assertThat(summaries()).last().isEqualTo("APPLIED: the routes are as they were");
        assertThat(status().findings()).as("the warning is withdrawn").isEmpty();
    }

    @Test
    void takesARefusedRouteOnceItsTestIsMended() throws Exception {
        load();
        Finding objection = new Finding("routes/a.test.yaml", 3, 5, Finding.Severity.ERROR, "it fails", null);
        gate = (directory, values) -> List.of(objection);
        write("a", route("a", "two"));
        changes.look();
        assertThat(says("a")).isEqualTo("one");

        gate = RouteGate.OPEN;
        changes.look();
        assertThat(says("a")).as("nothing has changed that the gate reads").isEqualTo("one");
        tests = "mended";
        changes.look();

        assertThat(summaries()).last().isEqualTo("MENDED: the route files are in order again; changed: a");
        assertThat(says("a")).isEqualTo("two");
    }

    /** A jar of another version throws errors, and not exceptions. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saysThatAChangeIsNotInEffectWhoseCheckFails(boolean byAnError) throws Exception {
        load();
        gate = (directory, values) -> {
            if (byAnError) {
                throw new NoSuchMethodError("by intent");
            }
            throw new IllegalStateException("by intent");
        };
        write("a", route("a", "two"));
        changes.look();
        assertThat(status().change()).isEqualTo(Change.REFUSED);
        assertThat(complaints())
                .singleElement()
                .asString()
                .contains("routes: error: ")
                .contains("by intent");
        assertThat(says("a")).isEqualTo("one");

        gate = RouteGate.OPEN;
        write("a", route("a", "three"));
        changes.look();
        assertThat(status().isDegraded()).isFalse();
        assertThat(says("a")).isEqualTo("three");
    }

    @Test
    void keepsATextOnceItHasProvenGood() throws Exception {
        load();
        says("a");
        String text = route("a", "two");
        write("a", text);
        changes.look();
        for (int exchange = 1; exchange <= 3; exchange++) {
            changes.judge();
            assertThat(lastGood.text("a.camel.yaml")).hasValue(route("a", "one"));
            assertThat(says("a")).isEqualTo("two");
        }
        changes.judge();
        assertThat(lastGood.text("a.camel.yaml")).hasValue(text);
        assertThat(summaries()).containsExactly("APPLIED: changed: a");
    }

    @Test
    void takesBackWhatFailsWhereItsPredecessorSucceededUntilItIsMended() throws Exception {
        load();
        says("a");
        clock.advance(Duration.ofMinutes(1));
        write("a", route("a", "fails"));
        changes.look();
        assertThat(says("a")).isEqualTo("fails");
        clock.advance(Duration.ofMinutes(1));
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            changes.judge();
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("mend the file and save it"))
                    .anyMatch(line -> line.startsWith("-") && line.contains("one"));
        }
        changes.judge();

        assertThat(summaries())
                .containsExactly(
                        "APPLIED: changed: a", "ROLLED_BACK: taken back: a.camel.yaml; what ran before runs again");
        assertThat(status().refused()).containsExactly("a.camel.yaml");
        assertThat(says("a")).isEqualTo("one");
        assertThat(lastGood.text("a.camel.yaml")).hasValue(route("a", "one"));
        assertThat(status().routes()).contains(new RouteState("a", "a.camel.yaml", true, NOON.plusSeconds(120)));

        write("b", route("b", "another"));
        changes.look();
        assertThat(summaries()).last().isEqualTo("APPLIED: changed: b");
        assertThat(status().refused()).as("still").containsExactly("a.camel.yaml");
        assertThat(says("a")).isEqualTo("one");

        write("a", route("a", "mended"));
        changes.look();
        assertThat(summaries()).last().isEqualTo("MENDED: the route files are in order again; changed: a");
        assertThat(says("a")).isEqualTo("mended");
        assertThat(status().refused()).isEmpty();
    }

    @Test
    void triesAllFilesAsTheyAreWhereTheTextFromBeforeNoLongerFits() throws Exception {
        load();
        host.failSteps(2, 2, Fault.BEFORE_IT_IS_DONE);
        write("a", route("d", "another route"));
        changes.look();
        assertThat(status().refused()).containsExactly("a.camel.yaml");
        assertThat(says("a")).isEqualTo("one");

        // The earlier text's route id is used by another route.
        write("c", route("a", "from another file"));
        changes.look();
        assertThat(summaries()).last().isEqualTo("MENDED: the route files are in order again; changed: a; added: d");
        assertThat(status().refused()).isEmpty();
        assertThat(says("a")).isEqualTo("from another file");
        assertThat(says("d")).isEqualTo("another route");
    }

    @Test
    void saysWhichRouteCannotBePutBackAndPutsItBackLater() throws Exception {
        load();
        clock.advance(Duration.ofMinutes(1));
        host.failSteps(2, 100, Fault.BEFORE_IT_IS_DONE);
        write("a", route("a", "two"));
        changes.look();
        assertThat(summaries())
                .containsExactly(
                        "ROLLED_BACK: taken back: a.camel.yaml; what ran before cannot all be put back, which is"
                                + " tried again; not running: a");
        assertThat(status().missing()).containsExactly("a");
        assertThat(complaints()).anyMatch(line -> line.contains("the route 'a' cannot be put back as it was"));

        host.failSteps(1000, 1000, Fault.BEFORE_IT_IS_DONE);
        changes.judge();
        assertThat(status().missing()).as("not yet").containsExactly("a");
        clock.advance(Duration.ofSeconds(1));
        changes.judge();
        assertThat(summaries()).last().isEqualTo("ROLLED_BACK: taken back: a.camel.yaml; what ran before runs again");
        assertThat(status().missing()).isEmpty();
        assertThat(status().routes()).contains(new RouteState("a", "a.camel.yaml", true, NOON.plusSeconds(61)));
        assertThat(says("a")).isEqualTo("one");
    }

    @Test
    void rulesThatTheDiskRefusesLeaveThoseOfBeforeInForceAndAreTriedAgain() throws Exception {
        Files.writeString(routes.resolve("alarms.yaml"), ALARMS);
        load();
        ruleProblem = "No space left on device";
        Files.writeString(routes.resolve("alarms.yaml"), ALARMS.replace("8", "9"));
        write("a", route("a", "two"));
        changes.look();
        assertThat(summaries()).containsExactly("REFUSED: changed: a; the alarm rules of before stay in force");
        assertThat(complaints())
                .singleElement()
                .asString()
                .startsWith("alarms.yaml: error: the alarm rules cannot be put in force: ")
                .contains("No space left on device");

        ruleProblem = null;
        changes.judge();
        assertThat(told).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        changes.judge();
        assertThat(summaries()).last().isEqualTo("MENDED: what could not be written is: alarm rules changed: warm");
        assertThat(status().isDegraded()).isFalse();
        assertThat(lastGood.text("alarms.yaml")).hasValue(ALARMS.replace("8", "9"));
    }

    @Test
    void tellsOfAlarmRulesThatAnEditPutsInForceBesideTheRoutes() throws Exception {
        load();
        Files.writeString(routes.resolve("alarms.yaml"), ALARMS);
        write("a", route("a", "two"));
        changes.look();
        Files.delete(routes.resolve("alarms.yaml"));
        changes.look();
        assertThat(summaries())
                .containsExactly("APPLIED: changed: a; alarm rules added: warm", "APPLIED: alarm rules removed: warm");
    }

    @Test
    void filesThatRanBeforeAreLoadedWithoutACheckWhichIsMadeLater() throws Exception {
        assertThat(first.known(now())).as("nothing ran yet").isEmpty();
        now().files().all().forEach(lastGood::keep);
        Optional<FirstLoad.Outcome> known = first.known(now());
        assertThat(known).isPresent();
        changes.beginWith(known.get());
        assertThat(says("a")).isEqualTo("one");
        told.clear();

        changes.checkLate();
        assertThat(told).as("nothing is wrong").isEmpty();
    }

    @Test
    void whatTheLateCheckFindsIsComplainedOfOnceAndRunsOn() throws Exception {
        // The bean exists here, and not where files are checked.
        context.getRegistry().bind("extra", (Processor) exchange -> {});
        write("b", route("b", "three").replace("        - to:", "        - process: {ref: extra}\n        - to:"));
        now().files().all().forEach(lastGood::keep);
        changes.beginWith(first.known(now()).orElseThrow());
        told.clear();
        changes.checkLate();
        changes.checkLate();
        assertThat(told).extracting(ReloadStatus::change).containsExactly(Change.REFUSED);
        assertThat(status().refused()).containsExactly("b.camel.yaml");
        assertThat(says("b")).isEqualTo("three");
    }

    @Test
    void theLateCheckIsLeftOutOnceAnEditWasChecked() throws Exception {
        now().files().all().forEach(lastGood::keep);
        changes.beginWith(first.known(now()).orElseThrow());
        told.clear();
        write("a", route("a", "two").replace("setBody", "setBoddy"));
        changes.look();
        changes.checkLate();
        assertThat(told).as("the edit's own complaint").hasSize(1);
    }

    @Test
    void lateCheckOfFilesThatWereCheckedIsNoneAtAll() throws Exception {
        load();
        changes.checkLate();
        assertThat(told).isEmpty();
    }

    @Test
    void brokenFilesAreAnErrorOrReplacedByTheirLastGoodTextOrLeftOut() throws Exception {
        now().files().all().forEach(lastGood::keep);
        write("a", "broken");
        write("c", "broken, too");
        assertThatThrownBy(() -> first.checked(now(), false))
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("a.camel.yaml")
                .hasMessageContaining("c.camel.yaml");
        assertThatThrownBy(() -> first.requireValid(now())).isInstanceOf(InvalidRoutesException.class);
        assertThat(first.known(now())).isEmpty();

        FirstLoad.Outcome outcome = first.checked(now(), true);
        assertThat(outcome.broken()).containsExactly("a.camel.yaml", "c.camel.yaml");
        assertThat(outcome.unchecked()).isFalse();
        assertThat(outcome.findings()).hasSize(2);
        changes.beginWith(outcome);
        first.keep(outcome);
        assertThat(status().refused()).containsExactlyInAnyOrder("a.camel.yaml", "c.camel.yaml");
        assertThat(summaries())
                .containsExactly("LOADED: 2 routes are loaded: a, b; with the text that ran before: a.camel.yaml;"
                        + " without: c.camel.yaml");
        assertThat(says("a")).isEqualTo("one");
        assertThat(lastGood.text("a.camel.yaml")).hasValue(route("a", "one"));
        assertThat(lastGood.text("c.camel.yaml")).isEmpty();
        told.clear();

        Files.delete(routes.resolve("c.camel.yaml"));
        write("a", route("a", "two"));
        changes.look();
        assertThat(summaries()).containsExactly("MENDED: the route files are in order again; changed: a");
        assertThat(says("a")).isEqualTo("two");
    }

    @Test
    void brokenFilesAreAnErrorWhereNoneEverRan() throws Exception {
        write("a", "broken");
        assertThatThrownBy(() -> first.checked(now(), true))
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("a.camel.yaml");
    }

    @Test
    void filesOfWhichNothingCanRunAreAnErrorThoughTheyRanBefore() throws Exception {
        write("a", route("a", "{{nowhere}}"));
        write("b", route("b", "{{nowhere}}"));
        now().files().all().forEach(lastGood::keep);
        write("a", route("a", "{{nowhere}} else"));
        assertThatThrownBy(() -> first.checked(now(), true))
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("the property 'nowhere' is not set");
    }

    @Test
    void anEditThatTakesAwayWhatAnotherFileNeedsIsRefusedRatherThanThatFile() throws Exception {
        write("a", route("a", "one").replace("bean:sink?method=take", "direct:b"));
        now().files().all().forEach(lastGood::keep);
        write("b", route("other", "hello"));

        FirstLoad.Outcome outcome = first.checked(now(), true);

        assertThat(outcome.broken()).containsExactly("b.camel.yaml");
        changes.beginWith(outcome);
        assertThat(says("a")).isEqualTo("hello");
    }

    @Test
    void whatRanBeforeIsLoadedInPlaceOfFilesThatDoNotStart() throws Exception {
        now().files().all().forEach(lastGood::keep);
        write("a", route("a", "two"));
        write("b", "broken");
        write("c", route("c", "three"));

        FirstLoad.Outcome outcome = first.before(now(), "no such host");

        assertThat(outcome.broken()).containsExactly("a.camel.yaml", "b.camel.yaml", "c.camel.yaml");
        changes.beginWith(outcome);
        assertThat(says("a")).isEqualTo("one");
        assertThat(says("b")).isEqualTo("hello");
        String reason = ": error: this file or another one that changed does not start: no such host;"
                + " what ran before runs; mend it and save it";
        assertThat(complaints()).hasSize(3).contains("a.camel.yaml" + reason, "c.camel.yaml" + reason);
        told.clear();

        write("b", route("b", "hello"));
        Files.delete(routes.resolve("c.camel.yaml"));
        changes.look();
        assertThat(says("a")).as("a save tries all files again").isEqualTo("two");
        assertThat(status().isDegraded()).isFalse();
    }

    private boolean ranOtherwise() throws IOException {
        RouteSet loaded = VALIDATOR.check(now().files(), now().values()).routes();
        return first.ranOtherwise(new FirstLoad.Outcome(now(), loaded, List.of(), Set.of(), false));
    }

    @Test
    void filesRanOtherwiseIfALoadedTextIsNotTheOneThatRan() throws Exception {
        assertThat(ranOtherwise()).as("nothing ran yet").isFalse();
        Files.writeString(routes.resolve("alarms.yaml"), ALARMS);
        now().files().alarms().forEach(lastGood::keep);
        assertThat(ranOtherwise()).as("no route ran yet").isFalse();
        now().files().all().forEach(lastGood::keep);
        assertThat(ranOtherwise()).as("all are as they ran").isFalse();
        write("a", route("a", "two"));
        assertThat(ranOtherwise()).isTrue();
    }

    @Test
    void saysAtTheStartInWhatABrokenFileDiffersFromTheTextThatRuns() throws Exception {
        now().files().all().forEach(lastGood::keep);
        write("a", "broken");
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            changes.beginWith(first.checked(now(), true));
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("a.camel.yaml:1:1: error: "))
                    .anyMatch(line -> line.endsWith("a.camel.yaml differs from what runs:"));
        }
    }

    @Test
    void goesOnWithoutAFileWhoseLastGoodTextIsBrokenAsWell() throws Exception {
        write("a", "broken");
        lastGood.keep(now().files().named("a.camel.yaml").orElseThrow());
        write("a", "broken otherwise");
        FirstLoad.Outcome outcome = first.checked(now(), true);
        assertThat(outcome.broken()).containsExactly("a.camel.yaml");
        assertThat(outcome.routes().units()).extracting(unit -> unit.id()).containsExactly("b");
    }

    @Test
    void saysWhyRoutesCannotBeLoadedThatTheCheckFoundGood() throws Exception {
        host.failSteps(1, 100, Fault.BEFORE_IT_IS_DONE);
        assertThatThrownBy(() -> first.checked(now(), false))
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining(routes + ": error: the routes cannot be loaded: to share fails by intent");
        now().files().all().forEach(lastGood::keep);
        host.failSteps(1, 100, Fault.BEFORE_IT_IS_DONE);
        assertThatThrownBy(() -> first.known(now())).hasMessageContaining("the routes cannot be loaded: ");
        first.requireValid(now());
    }

    @Test
    void filesThatRanBeforeAndAreWrongHereAreSaidToBeWrongRatherThanUnloadable() throws Exception {
        write("b", route("b", "{{nowhere}}"));
        now().files().all().forEach(lastGood::keep);
        host.failSteps(1, 100, Fault.BEFORE_IT_IS_DONE);
        assertThatThrownBy(() -> first.known(now()))
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("the property 'nowhere' is not set");
    }

    /** A bean for files to declare. */
    public static final class Words {
        private String text = "";

        public String say() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    @Test
    void expressionsFindTheBeansOfAFileAnewWhenTheyChange() throws Exception {
        String text = "- beans:\n    - name: words\n      type: " + Words.class.getName()
                + "\n      properties: {text: WORD}\n"
                + route("a", "any")
                        .replace(
                                "- setBody: {constant: \"any\"}",
                                "- setBody: {simple: \"${bean:words?method=say}\"}\n"
                                        + "        - filter:\n            simple: \"${bean:words?method=say} != 'two'\"\n"
                                        + "            steps: [{setBody: {simple: \"not two: ${body}\"}}]");
        write("a", text.replace("WORD", "one"));
        load();
        assertThat(says("a")).isEqualTo("not two: one");
        write("a", text.replace("WORD", "two"));
        changes.look();
        assertThat(summaries()).containsExactly("APPLIED: changed: a");
        assertThat(says("a")).isEqualTo("two");
        assertThat(says("b")).isEqualTo("hello");
    }

    private static String templated(String word) {
        return """
                - routeTemplate:
                    id: greet
                    parameters: [{name: who}]
                    from:
                      uri: direct:{{who}}
                      steps:
                        - setBody: {constant: "%s"}
                        - to: bean:sink?method=take
                - templatedRoute:
                    routeId: greets
                    routeTemplateRef: greet
                    parameters: [{name: who, value: ann}]
                """.formatted(word);
    }

    @Test
    void makesRoutesAnewWhoseTemplateChangesOrGoes() throws Exception {
        write("c", templated("hello"));
        load();
        assertThat(says("ann")).isEqualTo("hello");
        write("c", templated("good evening"));
        changes.look();
        assertThat(says("ann")).isEqualTo("good evening");
        Files.delete(routes.resolve("c.camel.yaml"));
        changes.look();
        assertThat(context.getRoute("greets")).isNull();
        assertThat(context.getRouteTemplateDefinitions()).isEmpty();
        write("c", templated("once more"));
        changes.look();
        assertThat(says("ann")).isEqualTo("once more");
    }
}
