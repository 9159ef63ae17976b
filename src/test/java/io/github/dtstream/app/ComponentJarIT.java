package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The two jars of the build: the component, for other applications, and the application, for users. */
final class ComponentJarIT {
    private static final String LOG = "META-INF/services/ch.qos.logback.classic.spi.Configurator";
    private static final Path COMPONENT = Path.of(System.getProperty("dt.component"));
    private static final Path APPLICATION = Path.of(System.getProperty("dt.jar"));

    private static List<String> files(Path jar) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            return open.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }

    @Test
    void theComponentChangesNothingOfTheApplicationThatTakesIt() throws IOException {
        // In addition to its classes, only files that Camel finds by the component's name, its options for Spring Boot,
        // and Maven's data.
        assertThat(files(COMPONENT))
                .filteredOn(name -> !name.startsWith("io/github/dtstream/"))
                .allMatch(name -> name.startsWith("META-INF/services/org/apache/camel/")
                        || name.startsWith("META-INF/io/github/dtstream/")
                        || name.matches("kamelets/dt-[a-z-]+\\.kamelet\\.yaml")
                        || name.equals(
                                "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")
                        || name.startsWith("META-INF/maven/io.github.dtstream/")
                        || name.equals("META-INF/MANIFEST.MF"));
    }

    @Test
    void theComponentHasItsEndpointsAndNothingOfTheApplication() throws IOException {
        assertThat(files(COMPONENT))
                .contains(
                        "META-INF/services/org/apache/camel/component/dt-stream",
                        "META-INF/services/org/apache/camel/component/dt-alarm",
                        "META-INF/services/org/apache/camel/component/dt-mqtt",
                        "META-INF/io/github/dtstream/camel/dt-stream.json",
                        "io/github/dtstream/camel/DtStreamEndpointConfigurer.class")
                .noneMatch(name -> name.startsWith("io/github/dtstream/app/"));
    }

    @Test
    void theApplicationHasAllOfTheComponentAndSetsUpItsLog() throws IOException {
        List<String> application = files(APPLICATION);

        assertThat(application).contains(LOG, "page/index.html", "starter/application.properties");
        assertThat(application).containsAll(files(COMPONENT));
    }

    @Test
    void bothSayTheirVersion() throws IOException {
        for (Path jar : List.of(COMPONENT, APPLICATION)) {
            try (JarFile open = new JarFile(jar.toFile())) {
                assertThat(open.getManifest().getMainAttributes().getValue("Implementation-Version"))
                        .as(jar.toString())
                        .isNotBlank();
            }
        }
    }
}
