package io.github.dtstream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What the packages may know of each other, and which of them have a door to the world outside. */
@AnalyzeClasses(packages = "io.github.dtstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** From the bottom up: a package may import those before it in this list, never those after it. */
    private static final List<String> LAYERS = List.of(
            "text",
            "time",
            "thread",
            "event",
            "reject",
            "wire",
            "journal",
            "cloud",
            "session",
            "device",
            "gap",
            "stream",
            "simulator",
            "file",
            "http",
            "mqtt",
            "camel",
            "route",
            "management",
            "app");

    @ArchTest
    static void importsGoOneWay(JavaClasses classes) {
        for (int i = 0; i < LAYERS.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(packages(LAYERS.get(i))[0])
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            packages(LAYERS.subList(i + 1, LAYERS.size()).toArray(String[]::new)))
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule everyPackageHasItsPlaceInTheLayers = noClasses()
            .should()
            .resideOutsideOfPackages(packages(LAYERS.toArray(String[]::new)))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesFormNoCycles = slices().matching("io.github.dtstream.(**)")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule camelIsAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages(packages("camel", "mqtt", "file", "http", "route", "management", "app"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
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

    private static String[] packages(String... names) {
        return List.of(names).stream()
                .map(name -> "io.github.dtstream." + name + "..")
                .toArray(String[]::new);
    }
}
