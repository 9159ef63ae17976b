package io.github.dtstream.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.command.common.FailureMessage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AlarmsCommandTest {
    @TempDir
    private Path folder;

    private String shelveFor(String span) {
        StringWriter err = new StringWriter();
        new CommandLine(new AlarmsCommand())
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler(new FailureMessage())
                .execute("shelve", "freezer", "--data-dir", folder.toString(), "--for", span);
        return err.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0m", "8", "soon", "-8h", ""})
    void shelvesForADurationOnly(String span) {
        assertThat(shelveFor(span)).contains("--for is '" + span + "'; write a duration such as 30m, 8h or 2d");
    }

    @Test
    void takesDurationsAsRulesHaveThem() {
        assertThat(shelveFor("1h30m")).contains("No router runs on the data folder");
    }
}
