package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.router.RouterFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The help of commands, and their messages about typing errors. */
class CommandLineTest {
    @ParameterizedTest
    @CsvSource({"demoo, demo", "lst, list", "--verzion, --version", "replya, replay"})
    void namesTheNearestOfWhatItDoesNotKnow(String typed, String nearest) {
        RouterFixture.Ended ended = RouterFixture.command(typed);

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).contains(typed).contains(nearest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "simulate", "list", "validate", "test", "dry-run", "replay", "backfill"})
    void helps(String command) {
        RouterFixture.Ended ended =
                command.isEmpty() ? RouterFixture.command("--help") : RouterFixture.command(command, "--help");

        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("Usage: dt-stream-router").contains(command);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void saysOfEachCommandInAWholeSentenceWhatItDoes() {
        Main.commandLine()
                .getSubcommands()
                .forEach((name, command) -> assertThat(
                                command.getCommandSpec().usageMessage().description()[0])
                        .as(name)
                        .endsWith("."));
    }

    @Test
    void breaksNoSentenceOfAHelpButWhereALineEnds() {
        List<CommandLine> all = new ArrayList<>(List.of(Main.commandLine()));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).getSubcommands().values());
            String name = all.get(i).getCommandSpec().qualifiedName();
            assertThat(all.get(i).getCommandSpec().usageMessage().description())
                    .as(name)
                    .allMatch(paragraph -> paragraph.isEmpty() || paragraph.matches("(?s).*[.:]"));
            assertThat(all.get(i).setUsageHelpWidth(80).getUsageMessage().lines())
                    .as(name)
                    .noneMatch(line -> line.matches(".*(application\\.|T\\d\\d:|T\\d\\d:\\d\\d:|\\*\\.test\\.)"));
        }
    }

    @Test
    void asksAFolderWithoutTestsNotToCountAsTested(@TempDir Path folder) {
        RouterFixture.Ended ended = RouterFixture.command("test", folder.toString());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("holds no *.test.yaml");
    }

    @Test
    void saysThatNothingIsLeftOfASpanThatHistoryDoesNotReach() {
        RouterFixture.Ended ended = RouterFixture.command("backfill", "--from", "-60d", "--to", "-40d");

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).contains("reaches back 31 days, so that nothing of this span is left");
    }

    @Test
    void saysBeforeItBeginsThatAPartOfASpanMayBeMissing() {
        RouterFixture.Ended ended = RouterFixture.command("backfill", "--from", "-40d", "--data-dir", "nowhere");

        assertThat(ended.err())
                .startsWith("The cloud's history reaches back 31 days, of which 30 are sure: events before 2")
                .contains("No router runs on the data folder");
    }

    @ParameterizedTest
    @CsvSource({
        "replay, Missing required option",
        "'replay --subscriber a --from yesterday', 2026-01-31T08:00:00Z",
        "'replay --subscriber a --from now --to -1h', not before --to",
        "'demo --devices -1', '--devices is -1; it must be 0 to 1000'",
        "'demo --speed 0', '--speed is 0; it must be 1 to 10000'",
        "'demo --speed fast', '--speed is ''fast''; it must be a number'",
        "'demo --seconds x', '--seconds is ''x''; it must be a whole number'",
        "'rejected list --limit x', '--limit is ''x''; it must be a whole number'",
        "'alarms try --format xml', '--format is ''xml''; it must be one of text, json, csv'",
        "'rejected list --limit 5000', '--limit is 5000; it must be 1 to 1000'",
    })
    void saysWhatIsWrongWithAnOption(String line, String expected) {
        RouterFixture.Ended ended = RouterFixture.command(line.split(" "));

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).contains(expected).doesNotContain("\tat ");
    }
}
