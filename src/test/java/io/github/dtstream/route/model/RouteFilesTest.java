package io.github.dtstream.route.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheRouteFilesOfTheFolderInTheOrderOfTheirNames() throws Exception {
        write("b.camel.yaml", "b");
        write("a.camel.yaml", "a");
        write(".hidden.camel.yaml", "x");
        write("a.test.yaml", "x");
        write("notes.txt", "x");
        write("examples/c.camel.yaml", "c");
        Files.createDirectory(folder.resolve("folder.camel.yaml"));

        RouteFiles files = RouteFiles.read(folder);

        assertThat(files.all()).extracting(RouteFile::name).containsExactly("a.camel.yaml", "b.camel.yaml");
        assertThat(files.all()).extracting(RouteFile::text).containsExactly("a", "b");
        assertThat(files.named("a.camel.yaml").orElseThrow().stem()).isEqualTo("a");
        assertThat(files.named("c.camel.yaml")).isEmpty();
        assertThat(files.findings()).isEmpty();
        assertThat(RouteFiles.areIn(folder)).isTrue();
        assertThat(RouteFiles.areIn(folder.resolve("folder.camel.yaml"))).isFalse();
    }

    @Test
    void saysOfWhatLooksLikeARouteThatItIsNotRead() throws Exception {
        write("a.camel.yaml", "a");
        write("c.camel.yml", "x");
        write("d.YAML", "x");
        write("e.test.yml", "x");
        write("more/f.camel.yaml", "x");
        write("empty/readme.txt", "x");

        assertThat(RouteFiles.read(folder).findings().stream()
                        .map(Finding::toString)
                        .map(text -> text.replace(folder + "/", "")))
                .containsExactly(
                        "c.camel.yml: warning: the file is not read; rename it to c.camel.yaml, or take it out of the folder",
                        "d.YAML: warning: the file is not read; rename it to d.camel.yaml, or take it out of the folder",
                        "e.test.yml: warning: the file is not read; rename it to e.test.yaml, or take it out of the folder",
                        "more: warning: the folder is not read: routes in it do not run; move them up into " + folder);
    }

    @Test
    void saysThatThereAreNoRoutes() throws Exception {
        assertThat(RouteFiles.read(folder).findings())
                .singleElement()
                .asString()
                .isEqualTo(folder + ": warning: there are no routes here; a route file's name ends in .camel.yaml");
    }

    @Test
    void isTheSameWhileContentsAndNamesAre() throws Exception {
        write("a.camel.yaml", "a");
        RouteFiles before = RouteFiles.read(folder);
        write("a.camel.yaml", "a");
        write("a.test.yaml", "x");
        assertThat(RouteFiles.read(folder)).isEqualTo(before).hasSameHashCodeAs(before);

        write("a.camel.yaml", "b");
        assertThat(RouteFiles.read(folder)).isNotEqualTo(before);
        write("a.camel.yaml", "a");
        write("unread.yaml", "x");
        assertThat(RouteFiles.read(folder)).as("there is another warning").isNotEqualTo(before);
    }

    /** For a single checked file with any name, as its routes call those of its neighbours. */
    @Test
    void readsAFileWithItsNeighbours() throws Exception {
        write("a.camel.yaml", "a");
        write("draft.txt", "d");

        RouteFiles files = RouteFiles.around(folder.resolve("draft.txt"));

        assertThat(files.all()).extracting(RouteFile::text).containsExactly("a", "d");
        assertThatThrownBy(() -> RouteFiles.around(folder.resolve("none.camel.yaml")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void readsWhatIsNoTextToo() throws Exception {
        Files.write(folder.resolve("a.camel.yaml"), new byte[] {'a', (byte) 0xe4});

        assertThat(RouteFiles.read(folder).all()).extracting(RouteFile::text).containsExactly("a\uFFFD");
    }

    private void write(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
