package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.simulator.weather.Spelling;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares {@code simulate.md} with the code. */
class SimulateDocumentationTest {
    /** The names in the first column of a table. */
    private static List<String> firstCells(String head) throws IOException {
        String text = Files.readString(Path.of("src/main/docs/simulate.md"));
        String table = text.substring(text.indexOf(head));
        int end = table.indexOf("\n\n");
        return (end < 0 ? table : table.substring(0, end))
                .lines()
                .skip(2)
                .map(line -> line.split("\\|")[1])
                .flatMap(cell ->
                        Pattern.compile("`([^`]+)`").matcher(cell).results().map(found -> found.group(1)))
                .toList();
    }

    @Test
    void namesEachFault() throws IOException {
        assertThat(firstCells("| `fault` | with |")).containsExactlyInAnyOrderElementsOf(FaultCommands.names());
    }

    @Test
    void namesEachWeather() throws IOException {
        assertThat(firstCells("| `weather` | |"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Weather.values()).map(Spelling::of).toList());
    }
}
