package io.github.dtstream.route.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes that a change of files affects: only those are stopped and started again. */
class RouteSetTest {
    private static final String A = "- route: {id: a, from: {uri: 'timer:t', steps: [{log: one}]}}\n";
    private static final String B = "- route: {id: b, from: {uri: 'timer:t', steps: [{log: one}]}}\n";
    private static final String BEANS = "- beans: [{name: x, type: java.lang.String}]\n";

    @TempDir
    private Path folder;

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Properties settings = new Properties();
    private CamelContext context;

    @BeforeEach
    void makeContext() {
        context = new DefaultCamelContext();
    }

    @AfterEach
    void closeContext() throws Exception {
        context.close();
    }

    @Test
    void aRouteIsTheSameWhereOnlyItsLayoutChanged() {
        RouteUnit before = set(Map.of("x", A)).unit("a").orElseThrow();
        RouteUnit after = set(Map.of("x", """
                # a comment
                - route:
                    id: "a"
                    from:
                      uri: "timer:t"
                      steps:
                        - log: one   # another
                """)).unit("a").orElseThrow();

        assertThat(after.sameAs(before)).isTrue();
        assertThat(after.line()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- route: {id: a, from: {uri: 'timer:t', steps: [{log: two}]}}",
                "- route: {id: a, from: {uri: 'timer:t', steps: [{log: one}, {log: one}]}}",
                "- route: {id: a, from: {uri: 'timer:u', steps: [{log: one}]}}",
                "- route: {id: a, autoStartup: false, from: {uri: 'timer:t', steps: [{log: one}]}}",
                "- onException: {exception: [java.lang.Exception], steps: []}\n" + A,
                BEANS + A
            })
    void aRouteIsAnotherWhereWhatItDoesChanged(String text) {
        assertThat(fingerprint(Map.of("x", text), "a")).isNotEqualTo(fingerprint(Map.of("x", A), "a"));
    }

    @Test
    void aChangeOfOneRouteLeavesTheOthersOfItsFileAsTheyAre() {
        Map<String, String> before = Map.of("x", A + B);
        Map<String, String> after = Map.of("x", A + B.replace("one", "two"));

        assertThat(fingerprint(after, "a")).isEqualTo(fingerprint(before, "a"));
        assertThat(fingerprint(after, "b")).isNotEqualTo(fingerprint(before, "b"));
    }

    @Test
    void whatAFileDeclaresForItselfChangesNoRouteOfAnother() {
        Map<String, String> before = Map.of("x", A, "y", B);
        Map<String, String> after = Map.of("x", BEANS + A, "y", B);

        assertThat(fingerprint(after, "a")).isNotEqualTo(fingerprint(before, "a"));
        assertThat(fingerprint(after, "b")).isEqualTo(fingerprint(before, "b"));
        assertThat(set(after).shared()).isEqualTo(set(before).shared());
    }

    /** A file of beans only, a route configuration, a template. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                BEANS,
                "- routeConfiguration: {id: c}\n",
                "- routeTemplate: {id: t, from: {uri: 'timer:t', steps: []}}\n"
            })
    void whatIsForAllChangesEveryRoute(String shared) {
        Map<String, String> before = Map.of("x", A, "y", B);
        Map<String, String> after = Map.of("x", A, "y", B, "z", shared);

        assertThat(fingerprint(after, "a")).isNotEqualTo(fingerprint(before, "a"));
        assertThat(fingerprint(after, "b")).isNotEqualTo(fingerprint(before, "b"));
        assertThat(set(after).shared()).isNotEqualTo(set(before).shared());
        assertThat(set(after).shared("z.camel.yaml")).isNotEmpty();
        assertThat(set(after).shared("x.camel.yaml")).isEmpty();
        assertThat(set(after).shared("none")).isEmpty();
    }

    @Test
    void aRouteIsAnotherWhereASettingInItChanged() {
        String text = "- route: {id: a, from: {uri: 'timer:t', steps: [{log: '{{greeting}}'}]}}\n";
        settings.setProperty("greeting", "hello");
        String hello = fingerprint(Map.of("x", text), "a");
        settings.setProperty("other", "x");
        String again = fingerprint(Map.of("x", text), "a");
        settings.setProperty("greeting", "goodbye");

        assertThat(again).isEqualTo(hello);
        assertThat(fingerprint(Map.of("x", text), "a")).isNotEqualTo(hello);
    }

    @Test
    void aTextWithASettingThatIsNotMadeStaysAsItIs() {
        RouteSet set = set(Map.of());

        assertThat(set.resolve("{{nobody.knows}}/x")).isEqualTo("{{nobody.knows}}/x");
        assertThat(set.resolve("{{nobody.knows:y}}/x")).isEqualTo("y/x");
        assertThat(set.resolve("plain")).isEqualTo("plain");
    }

    @Test
    void aRouteWithoutAnIdIsCalledByItsFileAndNotByAnothersName() {
        String nameless = "- from: {uri: 'timer:t', steps: []}\n";
        RouteSet set =
                set(Map.of("x", nameless + nameless, "y", "- route: {id: x-2, from: {uri: 'timer:t', steps: []}}\n"));

        assertThat(set.units()).extracting(RouteUnit::id).containsExactly("x", "x-3", "x-2");
        assertThat(set.findings()).isEmpty();
    }

    @Test
    void whoeverAddsAnIdThatIsTakenIsTold() throws Exception {
        for (String newer : new String[] {"x", "y"}) {
            set(Map.of("x", A, "y", A));
            Files.setLastModifiedTime(folder.resolve(newer + ".camel.yaml"), FileTime.fromMillis(2_000_000));
            String older = newer.equals("x") ? "y" : "x";
            Files.setLastModifiedTime(folder.resolve(older + ".camel.yaml"), FileTime.fromMillis(1_000_000));

            assertThat(new RouteSet(RouteFiles.read(folder), context).findings())
                    .singleElement()
                    .asString()
                    .startsWith(
                            folder.resolve(newer + ".camel.yaml") + ":1:15: error: the route id 'a' is already used in "
                                    + folder.resolve(older + ".camel.yaml") + ":1");
        }
    }

    @Test
    void leavesOutARouteWhosePreconditionDoesNotHold() {
        settings.setProperty("on", "true");
        settings.setProperty("off", "false");
        String route = "- route: {id: %s, precondition: '{{%s}}', from: {uri: 'timer:t', steps: []}}\n";
        RouteSet set = set(Map.of(
                "x", route.formatted("on", "on") + route.formatted("off", "off") + route.formatted("unset", "unset")));

        assertThat(set.unit("on").orElseThrow().included()).isTrue();
        assertThat(set.unit("off").orElseThrow().included()).isFalse();
        assertThat(set.unit("unset").orElseThrow().included())
                .as("that the setting is missing is said elsewhere")
                .isTrue();
    }

    @Test
    void knowsWhichItemsOfAFileConcernARoute() {
        RouteSet set = set(Map.of("x", BEANS + "- onException: {exception: [java.lang.Exception], steps: []}\n" + A));
        RouteUnit unit = set.unit("a").orElseThrow();

        assertThat(unit.beans()).containsExactly(0);
        assertThat(unit.fileLevelWithoutBeans()).containsExactly(1);
        assertThat(unit.index()).isEqualTo(2);
        assertThat(RouteSet.beanItems(set.documents().get(0))).containsExactly(0);
        assertThat(RouteSet.sharedBeanItems(set.documents().get(0)))
                .as("they are the file's own")
                .isEmpty();
        assertThat(RouteSet.sharedItems(set.documents().get(0))).isEmpty();
    }

    @Test
    void aRouteFromATemplateHasTheIdThatItIsGiven() {
        RouteSet set = set(Map.of("x", "- templatedRoute: {routeTemplateRef: t, routeId: cold-1}\n"));

        assertThat(set.unit("cold-1").orElseThrow().isTemplated()).isTrue();
    }

    private String fingerprint(Map<String, String> files, String id) {
        return set(files).unit(id).orElseThrow().fingerprint();
    }

    private RouteSet set(Map<String, String> files) {
        try {
            context.getPropertiesComponent().setOverrideProperties(settings);
            texts.keySet().forEach(name -> folder.resolve(name).toFile().delete());
            texts.clear();
            for (Map.Entry<String, String> file : files.entrySet()) {
                String name = file.getKey() + ".camel.yaml";
                texts.put(name, file.getValue());
                Files.writeString(folder.resolve(name), file.getValue());
            }
            return new RouteSet(RouteFiles.read(folder), context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
