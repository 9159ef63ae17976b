package io.github.dtstream.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.router.RouterFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ValidateCommandTest {
    private static final String GOOD = "- from: {uri: 'timer:t', steps: [{log: a}]}";

    @TempDir
    private Path routes;

    private RouterFixture.Ended validate(Path place) {
        return RouterFixture.command("validate", place.toString());
    }

    @Test
    void anEmptyFolderIsNoSuccess() {
        RouterFixture.Ended ended = validate(routes);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("there are no routes here").doesNotContain("are valid");
    }

    @Test
    void aFolderWithoutRouteFilesNamesWhatIsThere() throws IOException {
        Files.writeString(routes.resolve("mine.yaml"), GOOD);

        RouterFixture.Ended ended = validate(routes);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains("mine.yaml: warning: the file is not read; rename it to mine.camel.yaml");
    }

    @Test
    void oneFileIsLookedAtByItself() throws IOException {
        Path good = Files.writeString(routes.resolve("good.camel.yaml"), GOOD);
        Path bad = Files.writeString(routes.resolve("bad.camel.yaml"), GOOD.replace("timer", "tmier"));

        assertThat(validate(good).code()).isZero();
        assertThat(validate(good).out()).contains("good.camel.yaml: the file is valid");
        assertThat(validate(bad).code()).isEqualTo(1);
        assertThat(validate(bad).out()).contains("bad.camel.yaml:1:15: error: unknown component 'tmier'");
        assertThat(validate(routes).code()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subscriber: files, maxBatchSize: 0 | tcp://b | maxBatchSize is 0 events; it must be between",
                "subscriber: a b | tcp://b | error: subscriber is 'a b'; use letters, digits",
                "subscriber: files, eventTypes: temprature | tcp://b | did you mean 'temperature'?",
                "subscriber: files | broker:1883 | error: brokerUrl is 'broker:1883', which has no scheme",
                "subscriber: files | tcp://b&maxInflight=0 | error: maxInflight is 0; it must be between 1 and 65000",
            })
    void anOptionThatAComponentOfOursWouldRefuseAtTheStartIsFound(String from, String broker, String said)
            throws IOException {
        Files.writeString(
                routes.resolve("a.camel.yaml"),
                "- from: {uri: 'dt-stream:p', parameters: {" + from + "}, steps: [{split: {simple: '${body}',"
                        + " steps: [{to: 'dt-mqtt:t?brokerUrl=" + broker + "'}]}}]}");

        RouterFixture.Ended ended = validate(routes);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).contains(said);
    }

    @Test
    void aPlaceThatThereIsNotIsNamed() {
        RouterFixture.Ended ended = validate(routes.resolve("nowhere.camel.yaml"));

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err()).contains("There is no folder").contains("nowhere.camel.yaml");
    }
}
