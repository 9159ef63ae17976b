package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageStackTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("not yet there").resolve("pages");
    }

    private static void push(PageStack pages, String... texts) throws IOException {
        for (String text : texts) {
            pages.push(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> popAll(PageStack pages) throws IOException {
        List<String> all = new ArrayList<>();
        for (byte[] page = pages.pop(); page != null; page = pages.pop()) {
            all.add(new String(page, StandardCharsets.UTF_8));
        }
        return all;
    }

    @Test
    void givesThePagesBackInReverse() throws IOException {
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            push(pages, "newest", "of another length", "", "oldest");
            assertThat(popAll(pages)).containsExactly("oldest", "", "of another length", "newest");
            assertThat(pages.pop()).isNull();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void onePageNeedsNoFile() throws IOException {
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            assertThat(pages.pop()).isNull();
            push(pages, "only");
            assertThat(popAll(pages)).containsExactly("only");
            assertThat(file.getParent()).doesNotExist();
        }
    }

    @Test
    void takesPagesAgainBetween() throws IOException {
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            push(pages, "a", "bb", "ccc");
            assertThat(new String(pages.pop(), StandardCharsets.UTF_8)).isEqualTo("ccc");
            assertThat(new String(pages.pop(), StandardCharsets.UTF_8)).isEqualTo("bb");
            assertThat(file).as("gives the disk back what was taken").hasSize(1);
            push(pages, "dddd", "eeeee");
            assertThat(popAll(pages)).containsExactly("eeeee", "dddd", "a");
        }
    }

    @Test
    void overwritesWhatAProcessThatWasKilledLeft() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "left by the process before");
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            push(pages, "a", "b");
            assertThat(popAll(pages)).containsExactly("b", "a");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void tellsThatAPageCannotBeKept() throws IOException {
        Files.writeString(folder.resolve("not yet there"), "a file where the folder should be");
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            push(pages, "a");
            assertThatThrownBy(() -> push(pages, "b")).isInstanceOf(IOException.class);
        }
        assertThat(folder.resolve("not yet there")).isRegularFile();
    }
}
