package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.reload.NumberStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The finding for each mistake in {@code user-mistakes.txt}: in our own words, with its place and what to write. */
class UserMistakesTest {
    private static final RouteValidator VALIDATOR = new RouteValidator(NumberStream::equip);
    private static final Pattern BYTE = Pattern.compile("⟨([0-9A-F]{2})⟩");

    /** Words of the parsers, which mean nothing to a person who writes routes. */
    private static final Pattern RAW = Pattern.compile(
            "while (?:parsing|scanning)|block (?:mapping|end|sequence)|flow (?:mapping|sequence)|scalar|eol|functionEnd"
                    + "|Unexpected token|org\\.apache|io\\.github|com\\.fasterxml|Exception(?!')|@[0-9a-f]{6}",
            Pattern.CASE_INSENSITIVE);

    @TempDir
    private Path routes;

    private record Mistake(String name, String text, String said) {
        static Mistake of(String block) {
            int begin = block.indexOf('\n') + 1;
            int end = block.indexOf("---- says\n");
            return new Mistake(
                    block.substring(0, begin - 1),
                    block.substring(begin, end),
                    block.substring(block.indexOf('\n', end) + 1).strip());
        }

        byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Matcher matcher = BYTE.matcher(text);
            int copied = 0;
            while (matcher.find()) {
                bytes.writeBytes(text.substring(copied, matcher.start()).getBytes(StandardCharsets.UTF_8));
                bytes.write(Integer.parseInt(matcher.group(1), 16));
                copied = matcher.end();
            }
            bytes.writeBytes(text.substring(copied).getBytes(StandardCharsets.UTF_8));
            return bytes.toByteArray();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Mistake> mistakes() throws IOException {
        try (InputStream in = UserMistakesTest.class.getResourceAsStream("user-mistakes.txt")) {
            String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(all.split("(?m)^=== ")).skip(1).map(Mistake::of).toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void saysWhatIsWrongWhereAndWhatToWriteInstead(Mistake mistake) throws IOException {
        Files.write(routes.resolve("x.camel.yaml"), mistake.bytes());

        String said = VALIDATOR.validate(routes, Map.of("dt.project-id", "p")).stream()
                .map(finding -> finding.toString().replace(routes + "/", ""))
                .collect(Collectors.joining("\n"));

        assertThat(said).isEqualTo(mistake.said());
        assertThat(said.lines().map(line -> line.replaceFirst("the parser says: .*", "")))
                .noneMatch(line -> RAW.matcher(line).find());
    }
}
