package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementServerTest {
    @TempDir
    private Path folder;

    @Test
    void answersAlsoWhereItsPortCannotBeNoted() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, Clock.systemUTC());
            Jobs jobs = new Jobs(status, Clock.systemUTC());
            try (ManagementServer server =
                            ManagementServer.start(status, jobs, notAFolder.resolve("data"), 0, new Random(1));
                    var answer = server.address().resolve("/health").toURL().openStream()) {
                assertThat(answer.readAllBytes()).asString().contains("UP");
            }
        }
    }

    @Test
    void notesItsPortWhenTheDiskTakesItAgain() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("data"), "");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, Clock.systemUTC());
            Jobs jobs = new Jobs(status, Clock.systemUTC());
            try (ManagementServer server = ManagementServer.start(status, jobs, inTheWay, 0, new Random(1))) {
                assertThat(inTheWay).isRegularFile();

                Files.delete(inTheWay);

                await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(inTheWay.resolve("management.port")));
                assertThat(ManagementServer.portOf(inTheWay))
                        .isEqualTo(server.address().getPort());
                assertThat(ManagementServer.tokenOf(inTheWay)).hasSize(64);
            }
            assertThat(inTheWay).isEmptyDirectory();
        }
    }
}
