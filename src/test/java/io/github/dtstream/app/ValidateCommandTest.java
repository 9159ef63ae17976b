package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void aPlaceThatThereIsNotIsNamed() {
        RouterFixture.Ended ended = validate(routes.resolve("nowhere.camel.yaml"));

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err()).contains("There is no folder").contains("nowhere.camel.yaml");
    }
}
