package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.testing.CaseResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples in alarms.md are valid, its tests pass, and it names every key. */
final class AlarmsDocumentationTest {
    private static final Path PAGE = Path.of("src/main/docs/alarms.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");
    private static final Map<String, String> PROPERTIES = RoutesFolder.properties(Settings.of(Map.of()));

    @TempDir
    static Path folder;

    /** The rules of a block belong to the tests of the next block. */
    private static List<Path> examples() throws IOException {
        List<Path> folders = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        while (block.find()) {
            String text = block.group(1);
            if (text.startsWith("alarms:\n")) {
                Path example = Files.createDirectories(folder.resolve("example" + folders.size()));
                folders.add(example);
                boolean areVaccines = text.contains("vaccine");
                Files.writeString(example.resolve(areVaccines ? "vaccine.alarms.yaml" : "alarms.yaml"), text);
            } else {
                Files.writeString(folders.get(folders.size() - 1).resolve("alarms.test.yaml"), text);
            }
        }
        return folders;
    }

    @TestFactory
    Stream<DynamicTest> examplesDoWhatTheirTestsExpect() throws IOException {
        List<CaseResult> results = new ArrayList<>();
        for (Path example : examples()) {
            results.addAll(RoutesFolder.tests().run(example, new HashMap<>(PROPERTIES)));
        }
        assertThat(results).hasSizeGreaterThan(8);
        return results.stream()
                .map(result -> DynamicTest.dynamicTest(
                        result.name(),
                        () -> assertThat(result.passed()).as(result.toString()).isTrue()));
    }

    @Test
    void examplesAreValid() throws IOException {
        for (Path example : examples()) {
            assertThat(RoutesFolder.validator().validate(example, PROPERTIES).stream()
                            .filter(finding -> !finding.message().equals("there are no routes here")))
                    .extracting(Finding::toString)
                    .isEmpty();
        }
    }

    @Test
    void namesEveryQuantityStateAndChange() throws IOException {
        String page = Files.readString(PAGE);

        for (Quantity quantity : Quantity.values()) {
            assertThat(page).contains("`" + quantity.key() + "`");
            quantity.states().forEach(state -> assertThat(page).contains("`" + state + "`"));
        }
        for (AlarmState state : AlarmState.values()) {
            assertThat(page).contains("| `" + state.label() + "` |");
        }
        for (AlarmChange.Kind kind : AlarmChange.Kind.values()) {
            assertThat(page).contains("`" + kind.label() + "`");
        }
        for (AlarmChange.Occasion occasion : AlarmChange.Occasion.values()) {
            assertThat(page).contains("`" + occasion.label() + "`");
        }
    }
}
