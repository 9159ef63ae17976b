package io.github.dtstream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks which packages may import which, and which may use the network, the disk and threads. */
@AnalyzeClasses(packages = "io.github.dtstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.github.dtstream";

    /** The packages that each package may import, no more than it needs. A new import is a decision; make it here. */
    private static final String MATRIX = """
            camel.simple:
            cluster:
            collection:
            file: storage
            http:
            memory:
            mqtt.message:
            route.model:
            storage:
            text:
            tls:
            reject: storage text
            time: text
            event: time
            reading: event time
            wire: event text
            gap: storage text time
            journal.record: collection event wire
            simulator.device:
            simulator.weather:
            simulator.http: simulator.weather
            simulator.stream: simulator.device simulator.http simulator.weather time
            simulator: simulator.device simulator.http simulator.stream simulator.weather time
            thread: text time
            cloud.http: text thread
            cluster.kafka: cluster thread time
            mqtt.link: mqtt.message text thread
            cloud.fault: cloud.http text wire
            journal: event journal.record memory reject storage thread
            journal.buffer: event journal journal.record memory
            journal.segment: event journal.buffer journal.record reject storage wire
            journal.local: event journal journal.buffer journal.record journal.segment memory reject storage text thread time wire
            journal.kafka: event journal journal.buffer journal.record memory reject storage text thread time wire
            journal.export: event journal journal.record storage wire
            mqtt.connection: mqtt.link mqtt.message text time
            cloud.api: cloud.fault event time
            web.access:
            alarm.window:
            alarm.rule: cloud.api reading
            alarm.change: alarm.rule
            alarm.notification: alarm.change alarm.rule event journal.record text
            alarm.engine: alarm.change alarm.notification alarm.rule alarm.window cloud.api event journal.record reading text
            alarm.trial: alarm.change alarm.engine alarm.rule cloud.api cloud.fault event journal.record reading storage wire
            alarm.file: alarm.rule reading route.model text
            cloud.token: cloud.fault cloud.http text time
            series.value: reading
            series.block: reading series.value storage
            series: event journal journal.record memory reading series.block series.value storage thread time
            alarm: alarm.change alarm.engine alarm.rule event gap journal journal.record memory storage thread time wire
            delivery: cloud.http event journal.record reject text time wire
            mqtt: collection event memory mqtt.connection mqtt.link mqtt.message storage text thread time tls
            cloud: cloud.api cloud.fault cloud.http cloud.token text thread time
            device: cloud.api cloud.fault event storage text time
            session.connection: cloud cloud.api cloud.fault event memory text thread time wire
            session.handover: cloud.api event memory session.connection thread
            session: cloud cloud.api cloud.fault memory session.connection session.handover text thread time
            stream.standby: event memory session session.handover
            app.settings: cloud.fault cloud.http mqtt.link route.model session text web.access
            push: cloud.api event journal memory text thread time wire
            gap.fill: cloud.api cloud.fault device event gap journal journal.record memory reject storage text thread time wire
            app.log: app.settings text
            stream: cloud cloud.api cloud.fault cloud.http cloud.token device event gap gap.fill journal journal.record memory push reject session session.handover storage stream.standby text thread time
            delivery.batch: delivery event journal journal.record memory text thread time
            camel.message: cloud.api delivery.batch event journal.record push
            camel.held: cluster delivery session stream text thread time
            camel: camel.held camel.message camel.simple cloud.api cloud.fault cloud.http cluster delivery delivery.batch event journal journal.local journal.record memory mqtt mqtt.message push reject session stream text thread time tls
            camel.alarm: alarm alarm.change alarm.file alarm.rule camel camel.held camel.message delivery event journal journal.record reject route.model stream text thread time
            camel.spring: camel camel.alarm mqtt
            web: text thread time tls web.access
            management: alarm alarm.change alarm.rule camel camel.alarm camel.held cloud.fault cluster delivery delivery.batch event gap gap.fill journal memory mqtt mqtt.connection reject session storage stream stream.standby text thread time web
            route.flow: camel.alarm camel.message route.model text
            live: alarm alarm.change alarm.file alarm.rule alarm.trial cloud.api cloud.fault cluster delivery delivery.batch event gap journal journal.record management memory reading reject route.flow route.model series series.value session storage stream text thread time web
            route.check: alarm.file alarm.rule camel camel.alarm mqtt route.flow route.model text
            route.reload: alarm.change alarm.rule route.check route.model storage text thread time
            route.testing: alarm.change alarm.engine alarm.file alarm.rule cloud.api event journal.record reading route.model text time wire
            doctor: cloud cloud.api cloud.fault cloud.http mqtt.link mqtt.message session storage stream text thread time
            app.router.housekeeping: app.settings file management text thread time
            app.router.routes: alarm app.log app.settings camel camel.alarm camel.message cloud.api event file journal.record live management mqtt route.check route.flow route.model route.reload route.testing storage stream text thread time wire
            app.router: alarm alarm.rule alarm.trial app.log app.router.housekeeping app.router.routes app.settings camel cloud cloud.api cloud.fault cluster file gap http journal journal.local journal.record live management memory push reject route.model session storage stream text thread time tls web web.access
            app.command.common: app.log app.router app.settings journal journal.export management text time
            app.command: alarm.change alarm.file alarm.rule alarm.trial app.command.common app.log app.router app.router.routes app.settings camel cloud.api cloud.fault device doctor gap journal journal.export journal.local management mqtt mqtt.link mqtt.message route.check route.model route.testing session simulator simulator.device storage text thread time web.access
            app: app.command app.command.common
            """;

    /** So that a newcomer can read a package's list of files at a glance. */
    private static final int FILES_MAX = 23;

    /** The packages through which an application's routes enter. */
    private static final List<String> COMPONENT = List.of("camel", "camel.alarm", "camel.spring", "mqtt");

    /** Captures package and class; for a nested class, the outer class. */
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?io\\.github\\.dtstream\\.([a-z.]+)\\.([A-Z]\\w*)", Pattern.MULTILINE);

    private static final Path SOURCES = Path.of("src", "main", "java", "io", "github", "dtstream");
    private static final Path DOCUMENT = Path.of("src", "main", "docs", "architecture.md");
    private static final String BEGIN = "<!-- imports: written by ArchitectureTest -->\n";
    private static final String END = "<!-- end of imports -->\n";

    @ArchTest
    static void packagesImportWhatTheMatrixAllowsAndNoMore(JavaClasses classes) throws IOException {
        Map<String, Set<String>> allowed = matrix();
        Map<String, Map<String, String>> found = imports(classes);
        List<String> wrong = new ArrayList<>();
        found.forEach((from, targets) -> targets.forEach((to, example) -> {
            if (!allowed.getOrDefault(from, Set.of()).contains(to)) {
                wrong.add(from + " must not import " + to + ": " + example);
            }
        }));
        allowed.forEach((from, targets) -> targets.forEach(to -> {
            if (!found.getOrDefault(from, Map.of()).containsKey(to)) {
                wrong.add(from + " need not be allowed to import " + to + ": nothing there does");
            }
        }));
        assertThat(wrong).as("imports, beside the matrix in this test").isEmpty();
    }

    @ArchTest
    static void theMatrixHasNoCircles(JavaClasses classes) {
        matrix().forEach((name, targets) -> assertThat(reached(List.copyOf(targets)))
                .as("what " + name + " reaches by its imports")
                .doesNotContain(name));
    }

    /** With {@code -Darchitecture.write} it writes the table instead of comparing it. */
    @ArchTest
    static void theDocumentShowsTheMatrix(JavaClasses classes) throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(end).as("the markers of the table in %s", DOCUMENT).isGreaterThanOrEqualTo(begin);
        String table = table();
        if (System.getProperty("architecture.write") != null) {
            Files.writeString(DOCUMENT, text.substring(0, begin) + table + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end))
                .as(
                        "the table of imports in %s; mvn test -Dtest=ArchitectureTest -Darchitecture.write writes it",
                        DOCUMENT)
                .isEqualTo(table);
    }

    @ArchTest
    static void packagesAreReadInOneLook(JavaClasses classes) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String name : matrix().keySet()) {
            Path folder = SOURCES.resolve(name.replace('.', '/'));
            int count = javaFiles(folder).size();
            if (count > FILES_MAX) {
                wrong.add(name + " has " + count + " files, more than " + FILES_MAX);
            }
            if (!Files.exists(folder.resolve("package-info.java"))) {
                wrong.add(name + " has no package-info.java that says what it owns, who enters and how it locks");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule camelIsAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages(
                    packages("alarm", "camel", "mqtt", "file", "http", "route", "management", "web", "app", "tls"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
            .allowEmptyShould(true);

    /** Other waits have no limit and no decision: {@code time.Backoff} determines their length. */
    @ArchTest
    static final ArchRule resilience4jDecidesOnRequestsToTheCloudOnly = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".cloud.api", ROOT + ".session")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.resilience4j..")
            .allowEmptyShould(true);

    /** Kafka's client is not in the jar. */
    @ArchTest
    static final ArchRule kafkaIsKnownInTwoPlaces = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".journal.kafka", ROOT + ".cluster.kafka")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theLogIsSetUpInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackages(packages("app"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theTimeOfDayComesFromAClock = noClasses()
            .that()
            .resideOutsideOfPackages(packages("app", "time"))
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheSleeperSleeps = noClasses()
            .that()
            .resideOutsideOfPackages(packages("time"))
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule randomnessIsPassedIn = noClasses()
            .that()
            .resideOutsideOfPackages(packages("app"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheApplicationWritesToTheTerminal = noClasses()
            .that()
            .resideOutsideOfPackages(packages("app"))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingStaticChanges =
            fields().that().areStatic().should().beFinal().allowEmptyShould(true);

    /** The plain jar, for foreign applications, contains what the component's endpoints need, and nothing else. */
    @ArchTest
    static void theApplicationsPackagesAreThoseThatTheComponentDoesNotReach(JavaClasses classes) throws Exception {
        Set<String> expected = new TreeSet<>(matrix().keySet());
        expected.removeAll(reached(COMPONENT));
        Set<String> left = new TreeSet<>(matrix().keySet());
        List<String> leftOut = ProjectModel.read().componentExcludes();
        left.removeIf(name -> leftOut.stream()
                .noneMatch(pattern -> pattern.endsWith("/**")
                        && ("io/github/dtstream/" + name.replace('.', '/') + "/")
                                .startsWith(pattern.substring(0, pattern.length() - 2))));
        assertThat(left)
                .as("what the execution 'component' of maven-shade-plugin leaves out in pom.xml")
                .isEqualTo(expected);
    }

    /** A foreign application does not get the optional dependencies of the POM. */
    @ArchTest
    static void theComponentReachesNoOptionalDependency(JavaClasses classes) throws Exception {
        Set<String> packages = reached(COMPONENT);
        Set<String> optional = ProjectModel.read().optionalArtifacts();
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : classes) {
            if (packages.contains(name(from))) {
                from.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .forEach(to -> artifact(to)
                                .filter(optional::contains)
                                .ifPresent(artifact -> wrong.add(from.getName() + " knows " + to.getName() + " of "
                                        + artifact + ", which is optional")));
            }
        }
        assertThat(optional).contains("logback-classic", "picocli", "camel-main");
        assertThat(wrong).isEmpty();
    }

    /** The artifact of a class from a jar of a Maven repository: {@code …/artifact/version/artifact-version.jar}. */
    private static Optional<String> artifact(JavaClass type) {
        if (type.isPrimitive() || type.getName().startsWith(ROOT)) {
            return Optional.empty();
        }
        return Optional.ofNullable(type.reflect().getProtectionDomain().getCodeSource())
                .map(source -> source.getLocation().getPath().split("/"))
                .filter(folders -> folders[folders.length - 1].endsWith(".jar"))
                .map(folders -> folders[folders.length - 3]);
    }

    private static Set<String> reached(List<String> names) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(names);
        while (!next.isEmpty()) {
            String name = next.pop();
            if (reached.add(name)) {
                next.addAll(matrix().get(name));
            }
        }
        return reached;
    }

    /** Imports by the classes and also by the source files, as a compiler copies constants to where they are used. */
    private static Map<String, Map<String, String>> imports(JavaClasses classes) throws IOException {
        Map<String, Map<String, String>> imports = importsOfSources();
        for (JavaClass from : classes) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (to.getPackageName().startsWith(ROOT) && !to.getPackageName().equals(from.getPackageName())) {
                    imports.computeIfAbsent(name(from), any -> new TreeMap<>())
                            .putIfAbsent(name(to), from.getSimpleName() + " knows " + to.getSimpleName());
                }
            }
        }
        return imports;
    }

    private static Map<String, Map<String, String>> importsOfSources() throws IOException {
        Map<String, Map<String, String>> imports = new TreeMap<>();
        for (String from : matrix().keySet()) {
            for (Path file : javaFiles(SOURCES.resolve(from.replace('.', '/')))) {
                IMPORT.matcher(Files.readString(file))
                        .results()
                        .filter(found -> !found.group(1).equals(from))
                        .forEach(found -> imports.computeIfAbsent(from, any -> new TreeMap<>())
                                .putIfAbsent(found.group(1), file.getFileName() + " imports " + found.group(2)));
            }
        }
        return imports;
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String name(JavaClass type) {
        return type.getPackageName().substring(ROOT.length() + 1);
    }

    private static Map<String, Set<String>> matrix() {
        Map<String, Set<String>> matrix = new LinkedHashMap<>();
        MATRIX.lines().forEach(line -> {
            String[] parts = line.split(":", 2);
            matrix.put(parts[0], new TreeSet<>(List.of(parts[1].strip().split(" +"))));
            matrix.get(parts[0]).remove("");
        });
        return matrix;
    }

    private static String table() {
        return matrix().entrySet().stream()
                .map(row -> "| `" + row.getKey() + "` | "
                        + row.getValue().stream().map(to -> "`" + to + "`").collect(Collectors.joining(" ")) + " |\n")
                .collect(Collectors.joining("", "| package | may import |\n|---|---|\n", ""))
                .replace("|  |", "| – |");
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }
}
