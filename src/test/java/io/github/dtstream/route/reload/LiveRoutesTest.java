package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.SimpleLanguage;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveRoutesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Map<String, String> NO_VALUES = Map.of();

    private final RouteValidator validator = new RouteValidator(scratch -> {});
    private final DefaultCamelContext context = new DefaultCamelContext();
    private LiveRoutes live;

    @BeforeEach
    void start() {
        context.start();
        live = new LiveRoutes(context, PATIENCE);
    }

    @AfterEach
    void stop() throws IOException {
        context.close();
    }

    /** A bean for files to declare, which refuses one word. */
    public static final class Words {
        private String text = "";

        public String say() {
            return text;
        }

        public void setText(String text) {
            if (text.equals("refused")) {
                throw new IllegalArgumentException("not this word");
            }
            this.text = text;
        }
    }

    /** Holds an exchange until it is released; an interrupt does not release it. */
    private static final class Held implements Processor {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void process(Exchange exchange) {
            begun.countDown();
            boolean released = false;
            while (!released) {
                try {
                    release.await();
                    released = true;
                } catch (InterruptedException e) {
                    // Camel's forced stop.
                }
            }
        }
    }

    private static RouteFile file(String name, String text) {
        return RouteFile.of(Path.of("routes", name + ".camel.yaml"), text);
    }

    private RouteSet set(Map<String, String> values, RouteFile... files) {
        return validator
                .trust(RouteFiles.of(Path.of("routes"), List.of(files)), values)
                .routes();
    }

    private RouteUnit unit(RouteFile file, String id) {
        return set(NO_VALUES, file).unit(id).orElseThrow();
    }

    private RouteOutcomes outcomes() {
        return new RouteOutcomes(Clock.systemUTC(), 3);
    }

    private Running add(RouteUnit unit) throws Exception {
        return live.add(unit, NO_VALUES, outcomes());
    }

    private static String route(String id, String step) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n        - " + step
                + "\n";
    }

    private static String beans(String... namesAndWords) {
        StringBuilder text = new StringBuilder("- beans:\n");
        for (int n = 0; n < namesAndWords.length; n += 2) {
            text.append("    - name: %s\n      type: %s\n      properties: {text: \"%s\"}\n"
                    .formatted(namesAndWords[n], Words.class.getName(), namesAndWords[n + 1]));
        }
        return text.toString();
    }

    private static String handler(String word) {
        return """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          handled: {constant: "true"}
                          steps:
                            - setBody: {constant: "caught %s"}
                """.formatted(word);
    }

    private static String template(String word) {
        return """
                - routeTemplate:
                    id: speaker
                    parameters:
                      - {name: who}
                    from:
                      uri: direct:{{who}}
                      steps:
                        - setBody: {constant: "{{who}} %s"}
                """.formatted(word);
    }

    private String ask(String id) {
        return context.createFluentProducerTemplate().to("direct:" + id).request(String.class);
    }

    @Test
    void aRouteRunsOnceItIsAddedAndLeavesNothingBehind() throws Exception {
        RouteOutcomes outcomes = outcomes();
        Running running = live.add(
                unit(file("a", route("a", "setBody: {constant: one}")), "a"), Map.of("greeting", "hello"), outcomes);

        assertThat(ask("a")).isEqualTo("one");
        assertThat(outcomes.done()).as("its exchanges are counted").isEqualTo(1);
        assertThat(context.hasService(outcomes)).isTrue();
        assertThat(running.unit().id()).isEqualTo("a");
        assertThat(running.values()).containsEntry("greeting", "hello");
        assertThat(running.outcomes()).isSameAs(outcomes);

        try (LogCapture log = LogCapture.of(LiveRoutes.class)) {
            live.remove(running);
            assertThat(log.messages()).as("it finished in time").isEmpty();
        }

        assertThat(context.getRoutes()).isEmpty();
        assertThat(context.getRouteDefinitions()).isEmpty();
        assertThat(context.hasService(outcomes)).isFalse();
    }

    @Test
    void aRouteOfTheSameIdIsCountedAnew() throws Exception {
        RouteFile file = file("a", route("a", "setBody: {constant: one}"));
        Running first = add(unit(file, "a"));
        ask("a");
        live.remove(first);
        RouteOutcomes second = outcomes();
        live.add(unit(file, "a"), NO_VALUES, second);
        ask("a");

        assertThat(first.outcomes().done()).isEqualTo(1);
        assertThat(second.done()).isEqualTo(1);
    }

    @Test
    void aRouteWhosePreconditionDoesNotHoldIsNotAdded() throws Exception {
        RouteFile file = file(
                "a",
                route("a", "setBody: {constant: one}").replace("    id:", "    precondition: \"{{on}}\"\n    id:"));
        RouteUnit off = set(Map.of("on", "false"), file).unit("a").orElseThrow();

        Running running = live.add(off, Map.of("on", "false"), outcomes());

        assertThat(context.getRoutes()).isEmpty();
        assertThat(context.getRouteDefinitions()).isEmpty();
        live.remove(running);
    }

    @Test
    void eachRouteKeepsTheValuesThatItWasAddedWith() throws Exception {
        RouteFile file = file(
                "a", route("a", "setBody: {constant: \"{{word}}\"}") + route("b", "setBody: {constant: \"{{word}}\"}"));
        live.add(set(Map.of("word", "one"), file).unit("a").orElseThrow(), Map.of("word", "one"), outcomes());
        live.add(set(Map.of("word", "two"), file).unit("b").orElseThrow(), Map.of("word", "two"), outcomes());

        assertThat(ask("a")).isEqualTo("one");
        assertThat(ask("b")).isEqualTo("two");
    }

    @Test
    void beansAreMadeOnceForAllRoutesOfAFile() throws Exception {
        RouteFile file = file(
                "a",
                beans("own", "one")
                        + route("a", "bean: {ref: own, method: say}")
                        + route("b", "bean: {ref: own, method: say}"));
        add(unit(file, "a"));
        Object made = context.getRegistry().lookupByName("own");
        add(unit(file, "b"));

        assertThat(context.getRegistry().lookupByName("own")).isSameAs(made).isInstanceOf(Words.class);
        assertThat(ask("b")).isEqualTo("one");
    }

    @Test
    void beansAreMadeAnewWhenTheyChangeAndAfterOneFailed() throws Exception {
        String step = route("a", "bean: {ref: own, method: say}");
        Running first = add(unit(file("a", beans("own", "one", "other", "x") + step), "a"));
        live.remove(first);
        Running second = add(unit(file("a", beans("own", "two", "other", "x") + step), "a"));
        assertThat(ask("a")).isEqualTo("two");
        live.remove(second);

        RouteUnit half = unit(file("a", beans("own", "three", "other", "refused") + step), "a");
        assertThatThrownBy(() -> add(half)).hasStackTraceContaining("not this word");
        add(unit(file("a", beans("own", "two", "other", "x") + step), "a"));

        assertThat(ask("a")).as("what the failed file bound first is replaced").isEqualTo("two");
    }

    @Test
    void aRouteFromATemplateIsAddedOnceAndSaysWhatTheTemplateSays() throws Exception {
        RouteFile shared = file("shared", template("old"));
        RouteFile made = file("made", """
                - templatedRoute:
                    routeId: made
                    routeTemplateRef: speaker
                    parameters:
                      - {name: who, value: made}
                """);
        live.share(List.of(shared), NO_VALUES);
        Running running = add(set(NO_VALUES, shared, made).unit("made").orElseThrow());

        assertThat(context.getRoutes()).extracting(Route::getId).containsExactly("made");
        assertThat(ask("made")).isEqualTo("made old");

        live.remove(running);
        live.share(List.of(file("shared", template("new"))), NO_VALUES);
        add(set(NO_VALUES, shared, made).unit("made").orElseThrow());
        assertThat(ask("made")).isEqualTo("made new");
    }

    @Test
    void whatRoutesShareIsReplacedAndWhatOthersSharedStays() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("foreign").from("direct:foreign").to("log:foreign");
            }
        });
        live.share(List.of(file("one", handler("old")), file("two", template("old"))), NO_VALUES);
        assertThat(context.getRouteConfigurationDefinitions()).hasSize(1);
        assertThat(context.getRouteTemplateDefinitions())
                .extracting(RouteTemplateDefinition::getId)
                .containsExactlyInAnyOrder("foreign", "speaker");

        live.share(List.of(file("one", handler("new"))), NO_VALUES);
        RouteFile failing =
                file("a", route("a", "throwException: {exceptionType: java.lang.IllegalStateException, message: no}"));
        add(unit(failing, "a"));
        assertThat(ask("a")).isEqualTo("caught new");
        assertThat(context.getRouteConfigurationDefinitions()).hasSize(1);
        assertThat(context.getRouteTemplateDefinitions())
                .extracting(RouteTemplateDefinition::getId)
                .containsExactly("foreign");

        live.share(List.of(), NO_VALUES);
        live.share(List.of(), NO_VALUES);
        assertThat(context.getRouteConfigurationDefinitions()).isEmpty();
        assertThat(context.getRouteTemplateDefinitions()).hasSize(1);
    }

    @Test
    void sharedBeansTakeTheValuesThatAreShared() throws Exception {
        live.share(List.of(file("shared", beans("own", "{{word}}") + handler("x"))), Map.of("word", "shared"));

        add(unit(file("a", route("a", "bean: {ref: own, method: say}")), "a"));

        assertThat(ask("a")).isEqualTo("shared");
    }

    @Test
    void whatAFailedSharingAddedGoesWithTheNextOne() throws Exception {
        List<RouteFile> half = List.of(
                file("one", handler("half") + template("half")), file("two", beans("own", "refused") + handler("x")));
        assertThatThrownBy(() -> live.share(half, NO_VALUES)).hasStackTraceContaining("not this word");
        assertThat(context.getRouteConfigurationDefinitions()).hasSize(1);

        live.share(List.of(), NO_VALUES);

        assertThat(context.getRouteConfigurationDefinitions()).isEmpty();
        assertThat(context.getRouteTemplateDefinitions()).isEmpty();
    }

    @Test
    void aRouteThatDoesNotFinishIsStoppedByForceAndThatIsTold() throws Exception {
        Held held = new Held();
        context.getRegistry().bind("held", held);
        LiveRoutes impatient = new LiveRoutes(context, Duration.ofSeconds(1));
        Running running =
                impatient.add(unit(file("a", route("a", "process: {ref: held}")), "a"), NO_VALUES, outcomes());
        FutureTask<String> asked = new FutureTask<>(() -> ask("a"));
        new Thread(asked, "caller").start();
        held.begun.await();

        try (LogCapture log = LogCapture.of(LiveRoutes.class)) {
            impatient.remove(running);
            assertThat(log.messages()).containsExactly("Route a did not finish within 1 s and was stopped by force");
        } finally {
            held.release.countDown();
        }

        assertThatThrownBy(() -> asked.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(context.getRoutes()).isEmpty();
    }

    @Test
    void removesWhatAFailedStartLeft() throws Exception {
        RouteUnit twice = unit(file("b", route("b", "log: b").replace("direct:b", "direct:a")), "b");
        add(unit(file("a", route("a", "setBody: {constant: one}")), "a"));
        RouteOutcomes outcomes = outcomes();
        assertThatThrownBy(() -> live.add(twice, NO_VALUES, outcomes)).isInstanceOf(Exception.class);

        try (LogCapture log = LogCapture.of(LiveRoutes.class)) {
            live.remove(new Running(twice, NO_VALUES, outcomes));
            assertThat(log.messages()).isEmpty();
        }

        assertThat(context.getRouteDefinitions())
                .extracting(RouteDefinition::getId)
                .containsExactly("a");
        assertThat(ask("a")).isEqualTo("one");
    }

    @Test
    void removesTheDefinitionOfARouteThatCouldNotBeMade() throws Exception {
        RouteUnit wrong = unit(file("a", route("a", "process: {ref: nobody}")), "a");
        RouteOutcomes outcomes = outcomes();
        assertThatThrownBy(() -> live.add(wrong, NO_VALUES, outcomes)).hasStackTraceContaining("nobody");
        assertThat(context.getRouteDefinitions()).hasSize(1);

        live.remove(new Running(wrong, NO_VALUES, outcomes));

        assertThat(context.getRouteDefinitions()).isEmpty();
    }

    /** Counts how often a context starts it. */
    private static final class CountedSimple extends SimpleLanguage {
        private final AtomicInteger starts = new AtomicInteger();

        @Override
        public void start() {
            super.start();
            starts.incrementAndGet();
        }
    }

    @Test
    void theSimpleLanguageIsStartedAgainToReclaimIt() {
        CountedSimple simple = new CountedSimple();
        DefaultCamelContext other = new DefaultCamelContext();
        other.getRegistry().bind("simple-language", simple);
        assertThat(other.resolveLanguage("simple")).isSameAs(simple);
        int before = simple.starts.get();

        new LiveRoutes(other, PATIENCE).reclaimSimpleLanguage();

        assertThat(simple.starts).hasValue(before + 1);
    }
}
