package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteReloaderTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final NumberStream stream = new NumberStream();
    private final Map<String, String> properties = new ConcurrentHashMap<>(Map.of("greeting", "hello"));
    /** The deliveries, as subscriber:number:text. */
    private final List<String> arrived = new CopyOnWriteArrayList<>();

    private final List<ReloadStatus> changes = new CopyOnWriteArrayList<>();
    private Path routes;
    private RouteReloader reloader;
    private volatile RouteGate gate = RouteGate.OPEN;
    private volatile AlarmRulesHost alarms = AlarmRulesHost.NONE;

    @BeforeEach
    void start() throws Exception {
        routes = Files.createDirectory(directory.resolve("routes"));
        stream.addTo(context);
        context.getRegistry().bind("sink", new Sink(arrived));
        Properties initial = new Properties();
        initial.put("greeting", "what the context was started with");
        context.getPropertiesComponent().setOverrideProperties(initial);
        context.start();
        write("one", route("one", "one", "first"));
        write("two", route("two", "two", "{{greeting}}"));
    }

    @AfterEach
    void stop() throws Exception {
        if (reloader != null) {
            reloader.close();
        }
        context.close();
    }

    /** Takes deliveries. */
    public static final class Sink {
        private final List<String> arrived;

        private Sink(List<String> arrived) {
            this.arrived = arrived;
        }

        public void take(String text) {
            arrived.add(text);
        }
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

    private void load() throws Exception {
        load(ReloadSettings.of(routes, directory.resolve("application.properties"), directory.resolve("data")));
    }

    private void load(ReloadSettings settings) throws Exception {
        reloader = new RouteReloader(
                context,
                settings,
                new RouteValidator(scratch -> {
                    new NumberStream().addTo(scratch);
                    scratch.getRegistry().bind("sink", new Sink(arrived));
                    scratch.getRegistry().bind("inChecksOnly", "a word");
                }),
                (folder, values) -> gate.check(folder, values),
                rules -> alarms.apply(rules),
                this::properties,
                Clock.systemUTC(),
                Supervisor.system());
        reloader.addListener(changes::add);
        reloader.loadInitial(false);
        reloader.start();
    }

    private Map<String, String> properties() {
        if (properties.containsKey("broken")) {
            throw new IllegalStateException("application.properties cannot be read: line 3");
        }
        return Map.copyOf(properties);
    }

    private static String route(String id, String subscriber, String text) {
        return """
                - route:
                    id: %s
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: %s}
                      steps:
                        - split:
                            simple: "${body}"
                            stopOnException: true
                            steps:
                              - setBody: {simple: "%s:${header.Number}:%s"}
                              - to: bean:sink?method=take
                """.formatted(id, subscriber, subscriber, text);
    }

    private void write(String name, String text) throws IOException {
        Saved.at(routes.resolve(name + ".camel.yaml"), text);
    }

    /** Writes over what is there, as some editors do. */
    private void writeInPlace(String name, String text) throws IOException {
        Files.writeString(routes.resolve(name + ".camel.yaml"), text);
    }

    private void replace(String name, String text) throws IOException {
        Path temporary = Files.writeString(routes.resolve("." + name + ".tmp"), text);
        Files.move(temporary, routes.resolve(name + ".camel.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }

    private void awaitArrival(String text) {
        eventually().until(() -> arrived.contains(text));
    }

    private void awaitChange(Change change) {
        eventually().until(() -> changes.stream().anyMatch(status -> status.change() == change));
    }

    private List<Long> numbers(String subscriber) {
        return arrived.stream()
                .filter(text -> text.startsWith(subscriber + ":"))
                .map(text -> Long.valueOf(text.split(":")[1]))
                .toList();
    }

    @Test
    void swapsOnlyTheRouteThatChangedAndLosesNothing() throws Exception {
        load();
        Route untouched = context.getRoute("two");
        stream.produce(50);
        awaitArrival("one:50:first");

        stream.produce(500);
        write("one", route("one", "one", "second"));
        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(50);
        awaitArrival("one:600:second");
        awaitArrival("two:600:hello");

        assertThat(numbers("one"))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 600).boxed().toList());
        assertThat(numbers("two"))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 600).boxed().toList());
        assertThat(context.getRoute("two")).isSameAs(untouched);
        assertThat(stream.starts("two")).isEqualTo(1);
        assertThat(stream.stops("two")).isZero();
        assertThat(stream.starts("one")).isEqualTo(2);
        assertThat(reloader.status().summary()).isEqualTo("changed: one");
    }

    @Test
    void takesAnAtomicRenameForAnEdit() throws Exception {
        load();

        replace("one", route("one", "one", "renamed"));
        stream.produce(1);

        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(1);
        awaitArrival("one:2:renamed");
    }

    @Test
    void addsAndRemovesRoutesWithTheirFiles() throws Exception {
        load();

        write("three", route("three", "three", "new"));
        stream.produce(1);
        awaitArrival("three:1:new");
        eventually().until(() -> reloader.status().summary().equals("added: three"));
        Files.delete(routes.resolve("one.camel.yaml"));

        eventually().until(() -> reloader.status().summary().equals("removed: one"));
        assertThat(context.getRoutes()).extracting(Route::getId).containsExactlyInAnyOrder("two", "three");
        assertThat(stream.starts("two")).isEqualTo(1);
    }

    @Test
    void followsALinkThatIsSwapped() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        Path before = Files.createDirectory(mount.resolve("..2026_1"));
        Path after = Files.createDirectory(mount.resolve("..2026_2"));
        Files.writeString(before.resolve("one.camel.yaml"), route("one", "one", "before"));
        Files.writeString(after.resolve("one.camel.yaml"), route("one", "one", "after"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(mount.resolve("one.camel.yaml"), Path.of("..data", "one.camel.yaml"));
        routes = mount;
        load();

        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(1);
        awaitArrival("one:1:after");
    }

    @Test
    void ignoresAnEditOfCommentsAndLayout() throws Exception {
        load();
        Route before = context.getRoute("one");

        write("one", "# a comment\n\n" + route("one", "one", "first").replace("id: one", "id:   \"one\" # same"));
        write("three", route("three", "three", "new"));
        eventually().until(() -> context.getRoute("three") != null);

        assertThat(context.getRoute("one")).isSameAs(before);
    }

    @Test
    void touchesNothingWhenAFileIsBrokenAndWithdrawsTheComplaintWhenItIsMended() throws Exception {
        load();
        Route one = context.getRoute("one");
        Route two = context.getRoute("two");

        write("one", route("one", "one", "broken").replace("setBody", "setBoddy"));
        write("two", route("two", "two", "good, but not alone"));
        awaitChange(Change.REFUSED);

        ReloadStatus refused = reloader.status();
        assertThat(refused.isDegraded()).isTrue();
        assertThat(refused.refused()).containsExactly("one.camel.yaml");
        assertThat(refused.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        routes + "/one.camel.yaml:11:17: error: unknown step 'setBoddy'; did you mean 'setBody'?");
        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(context.getRoute("two")).isSameAs(two);

        write("two", route("two", "two", "{{greeting}}"));
        write("one", route("one", "one", "first"));
        awaitChange(Change.MENDED);
        assertThat(reloader.status().isDegraded()).isFalse();
        assertThat(reloader.status().findings()).isEmpty();
        assertThat(context.getRoute("one")).isSameAs(one);
    }

    @Test
    void restoresTheRouteThatRanWhereTheNewOneDoesNotStart() throws Exception {
        load();
        stream.produce(1);
        awaitArrival("one:1:first");

        stream.refuseToStart("other");
        write("one", route("one", "other", "never"));
        awaitChange(Change.ROLLED_BACK);
        stream.produce(1);
        awaitArrival("one:2:first");

        assertThat(reloader.status().refused()).containsExactly("one.camel.yaml");
        assertThat(reloader.status().findings())
                .extracting(Finding::toString)
                .containsExactly(routes
                        + "/one.camel.yaml:1:1: error: the route 'one' does not start: the subscriber is in use elsewhere; "
                        + "what ran before runs again; mend the file and save it");
        assertThat(stream.starts("two")).isEqualTo(1);
    }

    @Test
    void goesBackWhereTheFirstBatchFailsThatSucceededBefore() throws Exception {
        load();
        stream.produce(5);
        awaitArrival("one:5:first");

        write("one", route("one", "one", "bad").replace("bean:sink?method=take", "bean:sink?method=nothing"));
        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(5);
        awaitChange(Change.ROLLED_BACK);
        awaitArrival("one:10:first");

        assertThat(numbers("one"))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
        assertThat(reloader.status().findings().get(0).message())
                .startsWith("the route 'one' fails where it succeeded before: ");
        assertThat(reloader.status().refused()).containsExactly("one.camel.yaml");

        write("one", route("one", "one", "first"));
        awaitChange(Change.MENDED);
        assertThat(reloader.status().isDegraded()).isFalse();
    }

    @Test
    void doesNotTryRefusedContentAgainWhenAnotherFileChanges() throws Exception {
        load();
        stream.refuseToStart("other");
        write("one", route("one", "other", "never"));
        awaitChange(Change.ROLLED_BACK);
        int starts = stream.starts("one");

        write("two", route("two", "two", "changed"));
        stream.produce(1);
        eventually().until(() -> reloader.status().summary().equals("changed: two"));

        assertThat(stream.starts("one")).isEqualTo(starts);
        assertThat(reloader.status().isDegraded()).isTrue();
    }

    @Test
    void swapsTheRoutesThatUseAChangedProperty() throws Exception {
        load();
        Route one = context.getRoute("one");

        properties.put("greeting", "good evening");
        Saved.at(directory.resolve("application.properties"), "greeting=good evening");
        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(1);
        awaitArrival("two:1:good evening");

        assertThat(context.getRoute("one")).isSameAs(one);
        assertThat(stream.starts("two")).isEqualTo(2);
    }

    @Test
    void takesARouteOutWhenItsPreconditionNoLongerHolds() throws Exception {
        properties.put("on", "true");
        write("three", route("three", "three", "here").replace("    id:", "    precondition: \"{{on}}\"\n    id:"));
        load();
        assertThat(reloader.status().summary()).isEqualTo("3 routes are loaded: one, three, two");
        stream.produce(1);
        awaitArrival("three:1:here");

        properties.put("on", "false");
        Saved.at(directory.resolve("application.properties"), "on=false");
        eventually().until(() -> context.getRoute("three") == null);
        properties.put("on", "true");
        Saved.at(directory.resolve("application.properties"), "on=true ");
        stream.produce(1);

        awaitArrival("three:2:here");
    }

    @Test
    void swapsAllRoutesOfAFileWhoseBeansChange() throws Exception {
        String text = route("b1", "b1", "unused")
                .replace("setBody: {simple: \"b1:${header.Number}:unused\"}", "bean: {ref: words, method: say}");
        write("beans", beans("x") + text + route("b2", "b2", "plain"));
        load();
        stream.produce(1);
        awaitArrival("x");

        write("beans", beans("y") + text + route("b2", "b2", "plain"));
        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(1);

        awaitArrival("y");
        assertThat(stream.starts("b2")).isEqualTo(2);
        assertThat(stream.starts("one")).isEqualTo(1);
    }

    private static String beans(String word) {
        return """
                - beans:
                    - name: words
                      type: %s
                      properties: {text: "%s"}
                """.formatted(Words.class.getName(), word);
    }

    @Test
    void swapsAllRoutesWhenARouteConfigurationChanges() throws Exception {
        String failing = """
                - route:
                    id: failing
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: failing}
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: no}
                """;
        write("failing", failing);
        write("shared", handler("caught"));
        load();
        stream.produce(1);
        awaitArrival("caught");

        write("shared", handler("caught again"));
        eventually().until(() -> reloader.status().change() == Change.APPLIED);
        stream.produce(1);

        awaitArrival("caught again");
        assertThat(stream.starts("one")).isEqualTo(2);
    }

    private static String handler(String text) {
        return """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          handled: {constant: "true"}
                          steps:
                            - setBody: {constant: "%s"}
                            - to: bean:sink?method=take
                """.formatted(text);
    }

    @Test
    void keepsTheLastGoodTextOfAFile() throws Exception {
        load();
        Path kept = directory.resolve("data/routes-last-good/one.camel.yaml");
        assertThat(kept).hasContent(route("one", "one", "first"));

        write("one", route("one", "one", "second"));
        eventually().untilAsserted(() -> assertThat(kept).hasContent(route("one", "one", "second")));
        write("one", "broken");
        awaitChange(Change.REFUSED);

        assertThat(kept).hasContent(route("one", "one", "second"));
    }

    @Test
    void reportsAllFindingsAtTheStart() throws IOException {
        write("one", "broken");
        write("two", route("two", "two", "{{nowhere}}"));

        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("one.camel.yaml:1:1: error: a file of routes is a list")
                .hasMessageContaining("two.camel.yaml:11:35: error: the property 'nowhere' is not set");
    }

    @Test
    void startsLenientlyWithTheLastGoodText() throws Exception {
        load();
        reloader.close();
        write("one", "broken");
        write("two", "broken as well");
        Files.delete(directory.resolve("data/routes-last-good/two.camel.yaml"));

        try (DefaultCamelContext other = new DefaultCamelContext()) {
            stream.getCamelContext();
            new NumberStream().addTo(other);
            other.getRegistry().bind("sink", new Sink(arrived));
            RouteReloader lenient = new RouteReloader(
                    other,
                    ReloadSettings.of(routes, null, directory.resolve("data")),
                    new RouteValidator(scratch -> {
                        new NumberStream().addTo(scratch);
                        scratch.getRegistry().bind("sink", new Sink(arrived));
                    }),
                    RouteGate.OPEN,
                    AlarmRulesHost.NONE,
                    () -> Map.copyOf(properties),
                    Clock.systemUTC(),
                    Supervisor.system());
            lenient.loadInitial(true);
            other.start();

            assertThat(other.getRoutes()).extracting(Route::getId).containsExactly("one");
            assertThat(lenient.status().refused()).containsExactlyInAnyOrder("one.camel.yaml", "two.camel.yaml");
            assertThat(lenient.status().isDegraded()).isTrue();
        }
    }

    @Test
    void takesABurstOfSavesForOneChange() throws Exception {
        // a machine that is busy may take seconds for the burst
        Duration longEnough = Duration.ofSeconds(5);
        load(new ReloadSettings(
                routes, null, directory.resolve("data"), PATIENCE, longEnough, PATIENCE, 3, Duration.ofSeconds(10)));
        stream.produce(1);
        awaitArrival("one:1:first");

        for (int save = 1; save < 20; save++) {
            writeInPlace("one", save % 3 == 0 ? "half-writ" : route("one", "one", "save " + save));
            replace("two", route("two", "two", "save " + save));
        }
        writeInPlace("one", route("one", "one", "last"));
        awaitChange(Change.APPLIED);
        stream.produce(1);
        awaitArrival("one:2:last");
        awaitArrival("two:2:save 19");

        assertThat(changes).extracting(ReloadStatus::change).containsExactly(Change.LOADED, Change.APPLIED);
        assertThat(stream.starts("one")).isEqualTo(2);
        assertThat(stream.starts("two")).isEqualTo(2);
    }

    @Test
    void leavesEverythingAsItIsWhileThePropertiesCannotBeRead() throws Exception {
        load();
        Route two = context.getRoute("two");
        Path file = directory.resolve("application.properties");

        properties.put("greeting", "good evening");
        properties.put("broken", "");
        Saved.at(file, "broken");
        awaitChange(Change.REFUSED);

        assertThat(reloader.status().isDegraded()).isTrue();
        assertThat(reloader.status().findings())
                .extracting(Finding::toString)
                .containsExactly(file + ": error: application.properties cannot be read: line 3");
        assertThat(context.getRoute("two")).isSameAs(two);

        properties.remove("broken");
        Saved.at(file, "greeting=good evening");
        awaitChange(Change.MENDED);
        stream.produce(1);
        awaitArrival("two:1:good evening");
        assertThat(reloader.status().isDegraded()).isFalse();
    }

    @Test
    void takesNothingThatTheGateRefuses() throws Exception {
        load();
        Route one = context.getRoute("one");
        Finding objection = new Finding("routes/one.test.yaml", 3, 5, Finding.Severity.ERROR, "it fails", null);

        gate = (folder, values) -> List.of(objection);
        write("one", route("one", "one", "second"));
        awaitChange(Change.REFUSED);

        assertThat(reloader.status().findings()).containsExactly(objection);
        assertThat(context.getRoute("one")).isSameAs(one);

        gate = RouteGate.OPEN;
        write("one", route("one", "one", "third"));
        awaitChange(Change.MENDED);
        stream.produce(1);
        awaitArrival("one:1:third");
    }

    private static String templated(String text) {
        return """
                - routeTemplate:
                    id: greet
                    parameters:
                      - {name: who}
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: "{{who}}"}
                      steps:
                        - setBody: {simple: "{{who}}:%s"}
                        - to: bean:sink?method=take
                - templatedRoute:
                    routeId: greets-ann
                    routeTemplateRef: greet
                    parameters:
                      - {name: who, value: ann}
                """.formatted(text);
    }

    @Test
    void swapsRoutesThatAreMadeFromATemplateAndGoesBackWhereTheyFail() throws Exception {
        write("templated", templated("hello"));
        load();
        stream.produce(1);
        awaitArrival("ann:hello");
        Route before = context.getRoute("greets-ann");

        write("templated", templated("${boddy}"));
        awaitChange(Change.REFUSED);
        assertThat(reloader.status().findings().get(0).message()).contains("simple has no function 'boddy'");
        assertThat(context.getRoute("greets-ann")).isSameAs(before);

        write("templated", templated("good evening").replace("method=take", "method=nothing"));
        eventually().until(() -> stream.starts("ann") == 2);
        stream.produce(1);
        awaitChange(Change.ROLLED_BACK);
        eventually().until(() -> arrived.stream().filter("ann:hello"::equals).count() == 2);
        assertThat(reloader.status().refused()).contains("templated.camel.yaml");

        write("templated", templated("good night"));
        eventually().until(() -> reloader.status().change() == Change.MENDED);
        stream.produce(1);
        awaitArrival("ann:good night");
    }

    @Test
    void everythingRunsAgainWhereSharedBeansPassTheCheckAndFailInPlace() throws Exception {
        write("shared", beans("old"));
        write(
                "three",
                route("three", "three", "unused")
                        .replace(
                                "setBody: {simple: \"three:${header.Number}:unused\"}",
                                "bean: {ref: words, method: say}"));
        load();
        stream.produce(1);
        awaitArrival("old");

        write("shared", beans("#bean:inChecksOnly"));
        awaitChange(Change.ROLLED_BACK);

        assertThat(reloader.status().summary()).isEqualTo("taken back: shared.camel.yaml; what ran before runs again");
        assertThat(reloader.status().refused()).containsExactly("shared.camel.yaml");
        assertThat(reloader.status().missing()).isEmpty();
        assertThat(reloader.status().findings())
                .singleElement()
                .asString()
                .startsWith(
                        routes + "/shared.camel.yaml: error: its route configurations, templates or beans cannot be")
                .contains("inChecksOnly", "what ran before runs again");
        stream.produce(1);
        awaitArrival("one:2:first");
        awaitArrival("two:2:hello");
        eventually().until(() -> arrived.stream().filter("old"::equals).count() == 2);
    }

    @Test
    void namesAFileWithNothingButAConfigurationAndDoesNotTryItAgainWithTheNextEdit() throws Exception {
        write("shared", handler("caught"));
        load();
        stream.produce(1);
        awaitArrival("one:1:first");

        // Camel detects such an error only when routes start with the configuration.
        write("shared", handler("caught again").replace("bean:sink?method=take", "bean:inChecksOnly?method=length"));
        awaitChange(Change.ROLLED_BACK);

        assertThat(reloader.status().refused()).containsExactly("shared.camel.yaml");
        int starts = stream.starts("two");
        write("one", route("one", "one", "second"));
        eventually().until(() -> reloader.status().summary().equals("changed: one"));
        stream.produce(1);
        awaitArrival("one:2:second");
        assertThat(stream.starts("two")).isEqualTo(starts);
        assertThat(reloader.status().refused()).containsExactly("shared.camel.yaml");

        write("shared", handler("caught at last"));
        awaitChange(Change.MENDED);
        assertThat(reloader.status().isDegraded()).isFalse();
    }

    @Test
    void tellsThatARollBackFailsAndPutsTheRouteBackWhenThatIsPossible() throws Exception {
        load();
        stream.produce(1);
        awaitArrival("one:1:first");

        stream.refuseToStart("one");
        write("one", route("one", "one", "second"));
        eventually().until(() -> !reloader.status().missing().isEmpty());

        ReloadStatus status = reloader.status();
        assertThat(status.missing()).containsExactly("one");
        assertThat(status.change()).isEqualTo(Change.ROLLED_BACK);
        assertThat(status.summary()).contains("cannot all be put back", "not running: one");
        assertThat(status.findings())
                .extracting(Finding::toString)
                .contains(
                        routes
                                + "/one.camel.yaml:1:1: error: the route 'one' cannot be put back as it was: the subscriber "
                                + "is in use elsewhere; it is tried again; what a route has not delivered waits in the journal");
        assertThat(status.routes()).extracting(ReloadStatus.RouteState::id).containsExactly("two");
        stream.produce(1);
        awaitArrival("two:2:hello");

        stream.refuseToStart("");
        awaitArrival("one:2:first");
        eventually().until(() -> reloader.status().missing().isEmpty());
        assertThat(reloader.status().summary()).isEqualTo("taken back: one.camel.yaml; what ran before runs again");
        assertThat(reloader.status().refused()).containsExactly("one.camel.yaml");
    }
}
