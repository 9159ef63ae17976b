package io.github.dtstream.route.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.NumberStream;
import io.github.dtstream.route.reload.ReloadSettings;
import io.github.dtstream.route.reload.RouteReloader;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
    @TempDir
    Path directory;

    @Test
    void saysWhatWouldBeSentAndSendsNothing() throws Exception {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Path data = directory.resolve("data");
        Files.writeString(routes.resolve("a.camel.yaml"), """
                - route:
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: a}
                      steps:
                        - to: direct:next
                - route:
                    from:
                      uri: direct:next
                      steps:
                        - to: file:%s?fileName=x.txt&fileExist=Append&appendChars=%%0A
                """.formatted(data));
        List<String> lines = run(routes, data);

        assertThat(lines)
                .containsExactly(
                        "would send to file:" + data + " (x.txt): {\"eventId\":\"e1\"}",
                        "would send to file:" + data + " (x.txt): {\"eventId\":\"e2\"}");
        assertThat(data.resolve("x.txt")).doesNotExist();
    }

    @Test
    void takesNothingFromWhereItWouldBeGone() throws Exception {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Path data = directory.resolve("data");
        Path inbox = Files.createDirectory(directory.resolve("inbox"));
        Files.writeString(inbox.resolve("event.json"), "{}");
        Files.writeString(routes.resolve("a.camel.yaml"), """
                - route:
                    from:
                      uri: file:%s?delay=1&initialDelay=0
                      steps:
                        - to: dt-stream:p
                - route:
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: a}
                      steps:
                        - to: mock:sink
                """.formatted(inbox));

        List<String> lines = run(routes, data);

        assertThat(lines)
                .hasSize(3)
                .contains("not run: the route from file://" + inbox + ", as a dry run would take away what is there");
        assertThat(inbox.resolve("event.json")).exists();
    }

    /** The lines of a dry run of two events. */
    private static List<String> run(Path routes, Path data) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        NumberStream stream = new NumberStream();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            stream.addTo(context);
            DryRun.install(context, lines::add);
            new RouteReloader(
                            context,
                            ReloadSettings.of(routes, null, data),
                            new RouteValidator(NumberStream::equip),
                            RouteGate.OPEN,
                            AlarmRulesHost.NONE,
                            Map::of,
                            Clock.systemUTC(),
                            Supervisor.system())
                    .loadInitial(false);
            context.start();
            stream.produce(2);
            await().until(() -> stream.cursor("a") == 2);
        }
        return lines;
    }
}
