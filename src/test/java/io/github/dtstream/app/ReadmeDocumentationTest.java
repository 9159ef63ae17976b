package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.message.DtStreamConstants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything that README.md and routes.md name exists, and everything that exists is named. Each difference is one
 * line.
 */
class ReadmeDocumentationTest {
    private static final Path README = Path.of("README.md");
    private static final List<Path> PAGES = List.of(
            README,
            Path.of("application.properties"),
            Path.of("src/main/docs/routes.md"),
            Path.of("src/main/docs/alarms.md"),
            Path.of("src/main/docs/architecture.md"),
            Path.of("src/main/docs/dt-stream-component.adoc"),
            Path.of("src/main/docs/dt-mqtt-component.adoc"));

    /** A header of a refused route in routes.md. */
    private static final String MISSPELT = "DtDeviceNam";

    private final List<String> differences = new ArrayList<>();

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(String text, String pattern) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** Finds names on pages that do not exist. */
    private void eachNamed(String what, String pattern, Predicate<String> isThere) {
        for (Path page : PAGES) {
            found(text(page), pattern).stream()
                    .filter(isThere.negate())
                    .forEach(
                            name -> differences.add(page + " names the " + what + " " + name + ", which there is not"));
        }
    }

    /** Finds names that exist and that a page does not contain. */
    private void eachThere(String what, Set<String> there, Predicate<String> isNamed, Path page) {
        there.stream()
                .filter(isNamed.negate())
                .forEach(name -> differences.add(page + " does not name the " + what + " " + name));
    }

    private void report() {
        if (!differences.isEmpty()) {
            fail(String.join("\n", differences));
        }
    }

    @Test
    void namesEverySettingAndNoOther() {
        // README abbreviates successive names: `dt.service-account-key-id`, `-secret`.
        String readme = text(README).replace("`-", "`dt.service-account-");
        Set<String> known = new TreeSet<>(Setting.keys());

        Set<String> files = Set.copyOf(Setting.fileKeys());
        eachNamed(
                "setting",
                "(?<![\\w/.-])(dt\\.[a-z][a-z.-]*[a-z])(?![\\w=:.-]*\\.(?:java|json))",
                name -> known.contains(name) || files.contains(name) || isOfAFamily(name));
        eachThere("setting", known, key -> readme.contains("`" + key + "`"), README);
        String file = text(Path.of("application.properties"));
        eachNamed(
                "variable",
                "\\b(DT_[A-Z_]+[A-Z])\\b",
                name -> name.startsWith("DT_ACCOUNT_")
                        || Stream.concat(known.stream(), files.stream())
                                .anyMatch(
                                        key -> Setting.environmentVariable(key).startsWith(name)));
        found(file, "(?m)^#? ?(dt\\.[a-z.-]+)=").stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> differences.add("application.properties sets " + key + ", which there is not"));
        report();
    }

    /** {@code dt.account.NAME.…}, with any or no name, and {@code dt.kafka.property.NAME}. */
    private static boolean isOfAFamily(String name) {
        return name.equals("dt.account")
                || name.equals("dt.kafka.property")
                || !Settings.of(Map.of(name.replaceFirst("-file$", ""), "x"))
                        .accounts()
                        .isEmpty();
    }

    @Test
    void namesEveryCommandAndNoOther() {
        Set<String> commands = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
        String readme = text(README);

        eachNamed("command", "java -jar (?:…|\\S+\\.jar) ([a-z][a-z-]+)", commands::contains);
        eachThere("command", commands, name -> readme.matches("(?s).*java -jar \\S+ " + name + "\\b.*"), README);
        report();
    }

    @Test
    void namesEveryExitCodeAndNoOtherAndSoDoesTheHelp() {
        Set<String> codes = new TreeSet<>();
        Arrays.stream(ExitCode.values()).forEach(code -> codes.add(Integer.toString(code.code())));
        Set<String> inReadme = found(section(text(README), "| exit code"), "(?m)^\\| (\\d+) \\|");
        Set<String> inHelp = Main.commandLine()
                .getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .keySet();

        eachThere("exit code", codes, inReadme::contains, README);
        // The JVM itself uses this code, for lack of memory.
        inReadme.stream()
                .filter(code -> !codes.contains(code) && !code.equals("3"))
                .forEach(code -> differences.add("README.md names the exit code " + code + ", which there is not"));
        assertThat(inHelp).as("exit codes of --help").isEqualTo(codes);
        report();
    }

    private static String section(String text, String begin) {
        int from = text.indexOf(begin);
        return text.substring(from, text.indexOf("\n\n", from));
    }

    @Test
    void namesEveryHeaderOfAnEventAndNoOther() throws IllegalAccessException {
        Set<String> headers = new TreeSet<>();
        for (Field field : DtStreamConstants.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && String.valueOf(field.get(null)).startsWith("Dt")) {
                headers.add(String.valueOf(field.get(null)));
            }
        }
        String readme = text(README);

        eachNamed(
                "header",
                "[`{.(\"](Dt(?!Mqtt|Stream)[A-Z]\\w+)[`}\")]",
                name -> headers.contains(name) || name.equals(MISSPELT));
        eachThere("header", headers, name -> readme.contains("`" + name + "`"), README);
        report();
    }

    @Test
    void namesNoMetricThatThereIsNot() throws IOException {
        String source;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            source = files.filter(file -> file.toString().endsWith(".java"))
                    .map(ReadmeDocumentationTest::text)
                    .filter(text -> text.contains("MetricFamilies"))
                    .collect(Collectors.joining());
        }
        Set<String> metrics = found(source, "\"(dt_[a-z_]+)\"");
        assertThat(metrics).hasSizeGreaterThan(20);

        eachNamed(
                "metric",
                "\\b(dt_[a-z_]+)\\b",
                name -> metrics.contains(name.replaceFirst("_total$", ""))
                        || metrics.contains(name.replaceFirst("_timestamp_seconds$", "")));
        report();
    }

    @Test
    void namesNoPathOfTheHttpPortThatThereIsNot() throws IOException {
        String source;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            source = text(files.filter(file -> file.endsWith("ManagementResources.java"))
                    .findFirst()
                    .orElseThrow());
        }
        Set<String> paths = found(source, "\"(/[a-z/]+)\\*?\"");

        eachNamed(
                "path",
                "`(?:GET |POST )?(/(?:health|observe|metrics|routes|gaps|jobs|rejected)[a-z/]*)`",
                path -> paths.contains(path)
                        || paths.stream().anyMatch(one -> one.endsWith("/") && path.startsWith(one)));
        report();
    }
}
