package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import io.github.dtstream.route.reload.RouteSwap.Judgement;
import io.github.dtstream.route.reload.RouteSwap.Refusal;
import io.github.dtstream.route.reload.RouteSwap.Result;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is swapped, tried and rolled back, with a host that only records its calls. */
class RouteSwapTest {
    private static final String MEND = "mend the file and save it";
    private static final String RUNS_AGAIN = "what ran before runs again; " + MEND;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T12:00:00Z"));
    private final NotingHost host = new NotingHost();
    private final RouteSwap swap = new RouteSwap(host, clock, 3, Duration.ofSeconds(10));
    private final Map<String, String> texts = new TreeMap<>();

    @BeforeEach
    void load() throws Exception {
        texts.put("a", route("a1", "one") + route("a2", "one"));
        texts.put("b", route("b", "one"));
        swap.load(wanted(), Map.of("word", "one"));
        assertThat(host.takeSteps()).containsExactly("share", "add a1 one", "add a2 one", "add b one");
    }

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    /** A host without real routes: a route is a name and a text. */
    private static final class NotingHost implements RouteHost {
        private final List<String> steps = new ArrayList<>();
        private final Set<String> failing = new HashSet<>();

        List<String> takeSteps() {
            List<String> taken = List.copyOf(steps);
            steps.clear();
            return taken;
        }

        private void step(String step) throws IOException {
            steps.add(step);
            if (failing.contains(step)) {
                throw new IOException(step + " fails");
            }
        }

        private static String word(RouteUnit unit) {
            String line = unit.file().text().lines().toList().get(unit.line() + 5);
            return line.replaceAll(".*constant: ", "").replace("}", "");
        }

        @Override
        public Running add(RouteUnit unit, Map<String, String> values, RouteOutcomes outcomes) throws IOException {
            step("add " + unit.id() + " " + word(unit));
            return new Running(unit, values, outcomes);
        }

        @Override
        public void remove(Running running) throws IOException {
            step("remove " + running.unit().id() + " " + word(running.unit()));
        }

        @Override
        public void share(Collection<RouteFile> files, Map<String, String> values) throws IOException {
            step("share");
        }
    }

    private static String route(String id, String word) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - log: again
                        - setBody: {constant: %s}
                """.formatted(id, id, word);
    }

    private static String configuration(String word) {
        return """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          steps:
                            - setBody: {constant: %s}
                """.formatted(word);
    }

    private RouteSet wanted() {
        List<RouteFile> files = texts.entrySet().stream()
                .map(entry -> RouteFile.of(Path.of("routes", entry.getKey() + ".camel.yaml"), entry.getValue()))
                .toList();
        return new RouteSet(RouteFiles.of(Path.of("routes"), files), context);
    }

    private Result apply() {
        return swap.apply(wanted(), Map.of("word", "one"), Set.of());
    }

    private Set<String> ids() {
        Set<String> ids = new HashSet<>();
        swap.running().forEach(running -> ids.add(running.unit().id()));
        return ids;
    }

    private Running running(String id) {
        return swap.running().stream()
                .filter(one -> one.unit().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Ends an exchange of a route. */
    private void ends(String id, @Nullable Exception failure) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setException(failure);
        running(id).outcomes().onExchangeDone(null, exchange);
    }

    // Swaps.

    @Test
    void touchesNothingWhereNothingChanged() {
        Result result = apply();

        assertThat(result).isEqualTo(new Result(Set.of(), List.of()));
        assertThat(host.takeSteps()).isEmpty();
        assertThat(swap.hasTrials()).isFalse();
        assertThat(swap.judge()).isEqualTo(new Judgement(List.of(), Set.of(), Set.of()));
    }

    @Test
    void swapsTheRouteThatChangedAndNoOther() {
        texts.put("a", route("a1", "one") + route("a2", "two"));

        Result result = apply();

        assertThat(host.takeSteps()).containsExactly("remove a2 one", "add a2 two");
        assertThat(result).isEqualTo(new Result(Set.of("a2"), List.of()));
        assertThat(swap.hasTrials()).isTrue();
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
    }

    @Test
    void addsAndRemovesRoutesWithTheirFiles() {
        texts.remove("b");
        texts.put("c", route("c", "one"));

        Result result = apply();

        assertThat(host.takeSteps()).containsExactly("remove b one", "add c one");
        assertThat(result.changed()).containsExactlyInAnyOrder("b", "c");
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "c");
    }

    @Test
    void allStopBeforeAnyStarts() {
        texts.put("a", route("a1", "two") + route("a2", "two"));
        texts.put("b", route("b", "two"));

        apply();

        assertThat(host.takeSteps())
                .containsExactly(
                        "remove a1 one", "remove a2 one", "remove b one", "add a1 two", "add a2 two", "add b two");
    }

    @Test
    void leavesFilesAloneThatAreToStayWhateverTheySay() {
        texts.put("a", route("a1", "two") + route("a3", "two"));

        Result result = swap.apply(wanted(), Map.of(), Set.of("a.camel.yaml"));

        assertThat(host.takeSteps()).isEmpty();
        assertThat(result.changed()).isEmpty();
    }

    @Test
    void whatRoutesShareIsReplacedBeforeAnyStarts() {
        texts.put("a", configuration("caught") + route("a1", "one") + route("a2", "one"));

        Result result = apply();

        assertThat(result.refusals()).isEmpty();
        assertThat(host.takeSteps())
                .containsExactly(
                        "remove a1 one",
                        "remove a2 one",
                        "remove b one",
                        "share",
                        "add a1 one",
                        "add a2 one",
                        "add b one");
    }

    @Test
    void aRouteThatMovesToAnotherFileIsSwappedInOneTransaction() {
        texts.put("a", route("a1", "one"));
        texts.put("b", route("b", "one") + route("a2", "two"));
        host.failing.add("add a2 two");

        Result result = apply();

        assertThat(result.refusals()).hasSize(1);
        assertThat(result.refusals().get(0).ran()).containsOnlyKeys("a.camel.yaml", "b.camel.yaml");
        assertThat(running("a2").unit().file().name()).isEqualTo("a.camel.yaml");
    }

    // Routes that do not start.

    @Test
    void whatDoesNotStartIsTakenBackAndSaidAtItsPlace() {
        texts.put("a", route("a1", "one") + route("a2", "two"));
        host.failing.add("add a2 two");

        Result result = apply();

        assertThat(host.takeSteps())
                .containsExactly("remove a2 one", "add a2 two", "remove a2 two", "remove a2 one", "add a2 one");
        assertThat(result.changed()).containsExactly("a2");
        Refusal refusal = result.refusals().get(0);
        assertThat(refusal.finding())
                .isEqualTo(new Finding(
                        "routes/a.camel.yaml",
                        8,
                        1,
                        Finding.Severity.ERROR,
                        "the route 'a2' does not start: add a2 two fails",
                        RUNS_AGAIN));
        assertThat(refusal.ran()).containsOnlyKeys("a.camel.yaml");
        assertThat(refusal.ran().get("a.camel.yaml").orElseThrow().text())
                .contains("one")
                .doesNotContain("two");
        assertThat(swap.hasTrials()).isFalse();
        assertThat(swap.missing()).isEmpty();
        assertThat(swap.problems()).isEmpty();
    }

    @Test
    void aNewFileThatDoesNotStartHasNothingToGoBackTo() {
        texts.put("c", route("c", "one"));
        host.failing.add("add c one");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.ran()).isEqualTo(Map.of("c.camel.yaml", Optional.empty()));
        assertThat(refusal.finding().hint()).isEqualTo(MEND);
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
    }

    @Test
    void aFileThatFailsTakesNoOtherWithIt() {
        texts.put("a", route("a1", "two") + route("a2", "two"));
        texts.put("b", route("b", "two"));
        host.failing.add("add a1 two");

        Result result = apply();

        assertThat(result.refusals()).hasSize(1);
        assertThat(result.refusals().get(0).ran()).containsOnlyKeys("a.camel.yaml");
        assertThat(NotingHost.word(running("b").unit())).isEqualTo("two");
        assertThat(NotingHost.word(running("a1").unit())).isEqualTo("one");
    }

    @Test
    void anEditThatChangesNoRouteIsWhatTheNextOneGoesBackTo() {
        String commented = "# a comment\n" + texts.get("b");
        texts.put("b", commented);
        assertThat(apply().changed()).isEmpty();
        host.takeSteps();
        texts.put("b", route("b", "two"));
        host.failing.add("add b two");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.ran().get("b.camel.yaml").orElseThrow().text()).isEqualTo(commented);
    }

    @Test
    void aSharedMistakeIsSaidOfTheFileThatBringsIt() {
        texts.put("b", configuration("caught") + route("b", "one"));
        host.failing.add("share");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.finding())
                .isEqualTo(new Finding(
                        "routes/b.camel.yaml",
                        0,
                        0,
                        Finding.Severity.ERROR,
                        "its route configurations, templates or beans cannot be put in place: share fails",
                        "what ran before is put back; " + MEND));
        assertThat(swap.missing()).containsExactly("a1", "a2", "b");
        assertThat(ids()).isEmpty();
        host.failing.clear();
        clock.advance(Duration.ofSeconds(1));

        assertThat(swap.repair()).isTrue();
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
        assertThat(swap.problems()).isEmpty();
    }

    // Roll-backs that fail.

    @Test
    void triesARollBackAgainAtGrowingDistance() {
        texts.put("b", route("b", "two"));
        host.failing.addAll(Set.of("add b two", "add b one"));
        assertThat(apply().refusals().get(0).finding().hint()).isEqualTo("what ran before is put back; " + MEND);
        assertThat(swap.missing()).containsExactly("b");
        host.takeSteps();

        List<Integer> tried = new ArrayList<>();
        for (int second = 1; second <= 20; second++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(swap.repair()).as("nothing has come of it").isFalse();
            if (!host.takeSteps().isEmpty()) {
                tried.add(second);
            }
        }

        assertThat(tried).containsExactly(1, 3, 7, 15);
    }

    @Test
    void tellsWhenAnotherProblemIsInTheWay() {
        texts.put("b", route("b", "two"));
        host.failing.addAll(Set.of("add b two", "add b one"));
        apply();
        host.failing.add("remove b one");
        clock.advance(Duration.ofSeconds(1));

        assertThat(swap.repair()).isTrue();
        assertThat(swap.problems())
                .singleElement()
                .satisfies(one -> assertThat(one.message()).contains("remove b one fails"));
    }

    @Test
    void hasNothingToRepairWhereAllRuns() {
        clock.advance(Duration.ofHours(1));

        assertThat(swap.repair()).isFalse();
    }

    @Test
    void aRouteThatIsNotWantedAnyMoreIsNotMissing() {
        texts.put("b", route("b", "two"));
        host.failing.addAll(Set.of("add b two", "add b one"));
        apply();
        texts.remove("b");

        apply();

        assertThat(swap.missing()).isEmpty();
    }

    /** Leaves route b stopped: neither its new text nor the old one can be started. */
    private void loseB() {
        texts.put("b", route("b", "two"));
        host.failing.addAll(Set.of("add b two", "add b one"));
        apply();
        assertThat(swap.missing()).containsExactly("b");
        host.takeSteps();
    }

    @Test
    void aChangeOfAnotherFileLeavesWhatIsMissingToBePutBack() {
        loseB();
        texts.put("b", route("b", "one"));
        texts.put("a", route("a1", "two") + route("a2", "one"));

        assertThat(apply().changed()).containsExactly("a1");
        assertThat(swap.missing()).containsExactly("b");

        host.failing.clear();
        clock.advance(Duration.ofSeconds(1));
        assertThat(swap.repair()).isTrue();
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
    }

    @Test
    void theNextTextOfAMissingRouteTakesItsPlace() {
        loseB();
        texts.put("b", route("b", "three"));

        assertThat(apply().refusals()).isEmpty();

        assertThat(swap.missing()).isEmpty();
        assertThat(swap.problems()).isEmpty();
        assertThat(NotingHost.word(running("b").unit())).isEqualTo("three");
    }

    @Test
    void theNextTextOfAMissingRouteThatFailsGoesBackToWhatRanLast() {
        loseB();
        texts.put("b", route("b", "three"));
        host.failing.remove("add b one");
        host.failing.add("add b three");

        assertThat(apply().refusals()).hasSize(1);

        assertThat(swap.missing()).isEmpty();
        assertThat(NotingHost.word(running("b").unit())).isEqualTo("one");
    }

    @Test
    void aMissingRouteThatMovesIsStartedInItsNewFile() {
        loseB();
        texts.remove("b");
        texts.put("c", route("b", "three"));

        assertThat(apply().refusals()).isEmpty();

        assertThat(running("b").unit().file().name()).isEqualTo("c.camel.yaml");
        assertThat(swap.missing()).isEmpty();
    }

    @Test
    void whatCouldNotBeTakenOutIsTakenOutByTheNextChange() {
        texts.put("c", route("c", "one"));
        host.failing.addAll(Set.of("add c one", "remove c one"));
        apply();
        assertThat(swap.problems()).hasSize(1);
        host.failing.clear();
        host.takeSteps();
        texts.put("c", route("c", "two"));

        assertThat(apply().refusals()).isEmpty();

        assertThat(host.takeSteps()).containsExactly("remove c one", "add c two");
        assertThat(swap.problems()).isEmpty();
    }

    @Test
    void theNextChangePutsWhatIsSharedWhereItBelongs() {
        texts.put("c", configuration("caught"));
        host.failing.add("share");
        Refusal refusal = apply().refusals().get(0);
        assertThat(refusal.ran()).isEqualTo(Map.of("c.camel.yaml", Optional.empty()));
        assertThat(refusal.finding().file()).isEqualTo("routes/c.camel.yaml");
        assertThat(swap.missing()).hasSize(3);
        host.failing.clear();
        host.takeSteps();
        texts.put("c", configuration("caught again"));

        assertThat(apply().refusals()).isEmpty();

        assertThat(host.takeSteps()).contains("share", "add a1 one", "add a2 one", "add b one");
        assertThat(swap.missing()).isEmpty();
        assertThat(swap.problems()).isEmpty();
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
    }

    @Test
    void aFileThatTakesWhatIsSharedAwayIsNamed() {
        texts.put("c", configuration("caught"));
        apply();
        swap.judge();
        texts.remove("c");
        host.failing.add("share");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.finding().file()).isEqualTo("routes/c.camel.yaml");
        assertThat(refusal.ran().get("c.camel.yaml")).isPresent();
    }

    // Trials.

    @Test
    void whatIsInEffectIsWhatTheNextChangeGoesBackTo() {
        texts.put("c", route("c", "two"));
        apply();
        assertThat(swap.judge().proven()).containsExactly("c.camel.yaml");
        texts.put("c", route("c", "three"));
        host.failing.add("add c three");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.ran().get("c.camel.yaml").orElseThrow().text()).contains("two");
        assertThat(NotingHost.word(running("c").unit())).isEqualTo("two");
    }

    @Test
    void aNewFileOnTrialIsNotGoneBackTo() {
        texts.put("c", route("c1", "one"));
        apply();
        texts.put("c", route("c2", "one"));
        host.failing.add("add c2 one");

        Refusal refusal = apply().refusals().get(0);

        assertThat(refusal.ran()).isEqualTo(Map.of("c.camel.yaml", Optional.empty()));
        assertThat(ids()).containsExactlyInAnyOrder("a1", "a2", "b");
    }

    @Test
    void aChangeTakesOverOnlyItsOwnFilesOfATrial() {
        texts.put("a", route("a1", "one"));
        texts.put("b", route("b", "two") + route("a2", "two"));
        apply();
        texts.put("b", route("b", "three") + route("a2", "two"));
        host.failing.add("add b three");

        assertThat(apply().refusals()).hasSize(1);

        assertThat(NotingHost.word(running("b").unit())).isEqualTo("one");
        assertThat(running("a1").unit().file().name()).isEqualTo("a.camel.yaml");
    }

    @Test
    void takesBackWhatFailsWhereItSucceededBefore() {
        ends("b", null);
        texts.put("b", route("b", "two"));
        apply();
        host.takeSteps();
        ends("b", new IOException("no such column"));

        Judgement judgement = swap.judge();

        assertThat(host.takeSteps()).containsExactly("remove b two", "remove b one", "add b one");
        assertThat(judgement.restored()).containsExactly("b");
        assertThat(judgement.proven()).isEmpty();
        assertThat(judgement.refusals().get(0).finding())
                .isEqualTo(new Finding(
                        "routes/b.camel.yaml",
                        1,
                        1,
                        Finding.Severity.ERROR,
                        "the route 'b' fails where it succeeded before: no such column",
                        RUNS_AGAIN));
        assertThat(swap.hasTrials()).isFalse();
        assertThat(swap.judge().refusals()).isEmpty();
    }

    @Test
    void whatFailedBeforeMayFail() {
        ends("b", null);
        ends("b", new IOException("away"));
        texts.put("b", route("b", "two"));
        apply();
        ends("b", new IOException("away"));

        assertThat(swap.judge()).isEqualTo(new Judgement(List.of(), Set.of(), Set.of("b.camel.yaml")));
        assertThat(swap.hasTrials()).isFalse();
    }

    @Test
    void aNewRouteHasNothingToCompareWith() {
        texts.put("c", route("c", "one"));
        apply();
        ends("c", new IOException("away"));

        assertThat(swap.judge().proven()).containsExactly("c.camel.yaml");
    }

    @Test
    void isProvenByItsFirstExchanges() {
        ends("b", null);
        texts.put("b", route("b", "two"));
        apply();

        assertThat(swap.judge().proven()).isEmpty();
        ends("b", null);
        ends("b", null);
        assertThat(swap.judge().proven()).as("two of three").isEmpty();
        assertThat(swap.hasTrials()).isTrue();
        ends("b", null);

        assertThat(swap.judge().proven()).containsExactly("b.camel.yaml");
        assertThat(swap.hasTrials()).isFalse();
    }

    @Test
    void isProvenByTimeAfterItsFirstExchangeOnAQuietStream() {
        ends("b", null);
        texts.put("b", route("b", "two"));
        apply();
        clock.advance(Duration.ofHours(1));
        assertThat(swap.judge().proven()).as("nothing has come yet").isEmpty();
        ends("b", null);
        clock.advance(Duration.ofSeconds(10));
        assertThat(swap.judge().proven()).isEmpty();

        clock.advance(Duration.ofMillis(1));

        assertThat(swap.judge().proven()).containsExactly("b.camel.yaml");
    }

    @Test
    void aFileIsProvenOnlyWithAllItsRoutes() {
        ends("a1", null);
        ends("a2", null);
        texts.put("a", route("a1", "two") + route("a2", "two"));
        apply();
        for (int i = 0; i < 3; i++) {
            ends("a1", null);
        }

        assertThat(swap.judge().proven()).isEmpty();
        assertThat(swap.hasTrials()).isTrue();
    }

    @Test
    void goesBackPastTheChangesThatAreOnTrial() {
        ends("b", null);
        texts.put("b", route("b", "two"));
        apply();
        texts.put("b", route("b", "three"));
        apply();
        host.takeSteps();
        ends("b", new IOException("no such column"));

        Judgement judgement = swap.judge();

        assertThat(host.takeSteps()).containsExactly("remove b three", "remove b one", "add b one");
        assertThat(judgement.refusals()).hasSize(1);
        assertThat(judgement
                        .refusals()
                        .get(0)
                        .ran()
                        .get("b.camel.yaml")
                        .orElseThrow()
                        .text())
                .contains("one");
    }

    @Test
    void aTrialOfOneFileIsNotEndedByAChangeOfAnother() {
        ends("b", null);
        texts.put("b", route("b", "two"));
        apply();
        texts.put("a", route("a1", "two") + route("a2", "two"));
        apply();
        ends("b", new IOException("no such column"));

        Judgement judgement = swap.judge();

        assertThat(judgement.restored()).containsExactly("b");
        assertThat(judgement.proven()).containsExactly("a.camel.yaml");
    }
}
