package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.reload.RouteSwap.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RolledBackFilesTest {
    private static final String NEW = "new.camel.yaml";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final RolledBackFiles files = new RolledBackFiles();

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    private static RouteFile file(String name, String word) {
        return RouteFile.of(Path.of("routes", name + ".camel.yaml"), """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: {constant: "%s"}
                """.formatted(name, name, word));
    }

    private static RouteFiles all(RouteFile... files) {
        return RouteFiles.of(Path.of("routes"), Arrays.asList(files));
    }

    private RouteSet routes(RouteFile... files) {
        return new RouteSet(all(files), context);
    }

    private void word(String value) {
        Properties properties = new Properties();
        properties.put("word", value);
        context.getPropertiesComponent().setOverrideProperties(properties);
    }

    private static Refusal refusal(String reason, RouteFile... ran) {
        Map<String, Optional<RouteFile>> before = new HashMap<>();
        for (RouteFile file : ran) {
            before.put(file.name(), Optional.of(file));
        }
        return new Refusal(before, new Finding("routes", 0, 0, Finding.Severity.ERROR, reason, null));
    }

    @Test
    void holdsNothingAtFirst() {
        assertThat(files.isEmpty()).isTrue();
        assertThat(files.names()).isEmpty();
        assertThat(files.findings()).isEmpty();
        assertThat(files.unchanged()).isEmpty();
        assertThat(files.asBefore(all(file("a", "one")))).isEqualTo(all(file("a", "one")));
    }

    @Test
    void countsAsWhatRanBefore() {
        files.add(refusal("no", file("a", "one")), routes(file("a", "two"), file("b", "two")));

        assertThat(files.isEmpty()).isFalse();
        assertThat(files.names()).containsExactly("a.camel.yaml");
        assertThat(files.asBefore(all(file("a", "two"), file("b", "two"))))
                .isEqualTo(all(file("a", "one"), file("b", "two")));
        assertThat(files.asBefore(all(file("b", "two"))))
                .as("also where it was deleted")
                .isEqualTo(all(file("a", "one"), file("b", "two")));
    }

    @Test
    void aFileThatWasNewIsLeftOut() {
        files.add(
                new Refusal(Map.of(NEW, Optional.empty()), refusal("no").finding()),
                routes(file("a", "one"), file("new", "one")));

        assertThat(files.asBefore(all(file("a", "one"), file("new", "one")))).isEqualTo(all(file("a", "one")));
        assertThat(files.unchanged()).isEmpty();
    }

    @Test
    void isNotTriedAgainUntilItIsAnotherOne() {
        files.add(refusal("no", file("a", "one")), routes(file("a", "two")));

        files.forgetChanged(routes(file("a", "two"), file("b", "another file")));
        assertThat(files.names()).containsExactly("a.camel.yaml");

        files.forgetChanged(routes(file("a", "three")));
        assertThat(files.isEmpty()).isTrue();
    }

    @Test
    void filesThatWereTakenBackTogetherAreTriedAgainTogether() {
        RouteSet both = routes(file("a", "two"), file("b", "two"), file("c", "two"));
        files.add(refusal("no", file("a", "one"), file("b", "one")), both);
        files.add(refusal("neither", file("c", "one")), both);

        files.forgetChanged(routes(file("a", "two"), file("b", "three"), file("c", "two")));

        assertThat(files.names()).containsExactly("c.camel.yaml");
    }

    @Test
    void saysEachReasonOnce() {
        files.add(refusal("no", file("a", "one"), file("b", "one")), routes(file("a", "two"), file("b", "two")));

        assertThat(files.findings()).extracting(Finding::message).containsExactly("no");
        assertThat(files.names()).containsExactly("a.camel.yaml", "b.camel.yaml");
    }

    @Test
    void knowsWhatWasTakenBackForAValueAndTriesItWithAnother() {
        word("bad");
        RouteFile file = file("a", "{{word}}");
        files.add(refusal("no", file), routes(file));
        assertThat(files.unchanged()).containsExactly("a.camel.yaml");

        files.forgetChanged(routes(file));
        assertThat(files.isEmpty()).isFalse();
        word("good");
        files.forgetChanged(routes(file));

        assertThat(files.isEmpty()).isTrue();
    }

    @Test
    void whatWasTakenBackForItsTextIsNotUnchanged() {
        files.add(refusal("no", file("a", "one")), routes(file("a", "two")));

        assertThat(files.unchanged()).isEmpty();
    }

    @Test
    void forgetsAllWhereThatGoesWithTheOtherFilesNoMore() {
        files.add(refusal("no", file("a", "one")), routes(file("a", "two")));

        files.forgetAll();

        assertThat(files.isEmpty()).isTrue();
    }
}
