package io.github.dtstream.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
    private static final Path FOLDER = Path.of("src/main/resources/page");
    private static final int MOST_BYTES = 120 * 1024;

    @Test
    void areSmallTogether() throws IOException {
        int bytes = 0;
        for (Path file : files()) {
            bytes += zipped(Files.readAllBytes(file));
        }

        assertThat(bytes).as("bytes of all files, gzipped").isBetween(20_000, MOST_BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        "uPlot.iife.min.js, 19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
        "uPlot.min.css, df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04"
    })
    void hasUPlotAsItWasPublished(String file, String digest) throws Exception {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(FOLDER.resolve(file)));

        assertThat(HexFormat.of().formatHex(sha256))
                .as("SHA-256 of %s of uPlot 1.6.32", file)
                .isEqualTo(digest);
        assertThat(FOLDER.resolve("uPlot.LICENSE.txt")).content().contains("MIT License");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https?://(?!www\\.w3\\.org/2000/svg)",
                "(src|href)=[\"']//",
                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment|DOMParser|srcdoc",
                "\\beval\\(|new Function|setTimeout\\(['\"`]|javascript:",
                "[ '\"]style=|setAttribute\\(['\"]style|<style|cssText",
                "<script(?![^>]* src=)",
                "<[^>]* on[a-z]+=",
                "document\\.cookie"
            })
    void ownFilesHaveNothingOfThis(String forbidden) throws IOException {
        for (Map.Entry<String, String> file : own().entrySet()) {
            assertThat(file.getValue()).as(file.getKey()).doesNotContainPattern(forbidden);
        }
    }

    @Test
    void nameOnlyFilesThatThereAre() throws IOException {
        Pattern named = Pattern.compile("from '\\./([^']+)'|(?:src|href)=\"page/([^\"]+)\"");
        int names = 0;
        for (Map.Entry<String, String> file : own().entrySet()) {
            Matcher matcher = named.matcher(file.getValue());
            while (matcher.find()) {
                String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                assertThat(FOLDER.resolve(name))
                        .as("named by %s", file.getKey())
                        .exists();
                names++;
            }
        }

        assertThat(names).isGreaterThan(10);
    }

    @Test
    void importOnlyWhatTheOtherFileExports() throws IOException {
        Pattern imports = Pattern.compile("import \\{([^}]+)} from '\\./([^']+)'");
        Map<String, String> own = own();
        for (Map.Entry<String, String> file : own.entrySet()) {
            Matcher matcher = imports.matcher(file.getValue());
            while (matcher.find()) {
                String other = own.getOrDefault(matcher.group(2), "");
                for (String name : matcher.group(1).split(",")) {
                    assertThat(other)
                            .as("%s imports %s from %s", file.getKey(), name.trim(), matcher.group(2))
                            .containsPattern("export (async )?(function|const|class) " + name.trim()
                                    + "\\b|export \\{[^}]*\\b" + name.trim() + "\\b");
                    assertThat(file.getValue().split("\\b" + Pattern.quote(name.trim()) + "\\b", -1))
                            .as("%s uses %s, which it imports", file.getKey(), name.trim())
                            .hasSizeGreaterThan(2);
                }
            }
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    /** The texts of our own files. */
    private static Map<String, String> own() throws IOException {
        Map<String, String> own = new TreeMap<>();
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            if (!name.startsWith("uPlot.")) {
                own.put(name, Files.readString(file, UTF_8));
            }
        }
        return own;
    }

    private static int zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.size();
    }
}
