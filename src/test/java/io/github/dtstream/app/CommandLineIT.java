package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged jar as a process: its messages about settings, routes and the command line before it connects. */
@Execution(ExecutionMode.CONCURRENT)
class CommandLineIT {
    @TempDir
    private Path folder;

    private record Ended(int code, String out, String err) {}

    private static Ended run(JarProcess.Setup setup, String... arguments) throws Exception {
        try (JarProcess process = setup.start(arguments)) {
            return new Ended(process.exitCode(), process.out(), process.err());
        }
    }

    private JarProcess.Setup configured() {
        return new JarProcess.Setup(folder)
                .property("dt.api-url", "http://127.0.0.1:9/v2")
                .property("dt.token-url", "http://127.0.0.1:9/oauth2/token")
                .property("dt.project-id", "project")
                .property("dt.service-account-key-id", "key")
                .property("dt.service-account-secret", "secret")
                .property("dt.service-account-email", "a@b.c");
    }

    private void route(String text) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("routes")).resolve("mine.camel.yaml"), text);
    }

    @Test
    void namesAllMissingSettingsTogether() throws Exception {
        Ended ended = run(new JarProcess.Setup(folder).shippedRoutes());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err())
                .contains(
                        "dt.project-id",
                        "dt.service-account-key-id",
                        "dt.service-account-secret",
                        "dt.service-account-email",
                        "DT_PROJECT_ID",
                        "demo");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void simulatesTheCloudForAnyClientUntilItIsStopped() throws Exception {
        try (JarProcess cloud =
                new JarProcess.Setup(folder).start("simulate", "--port", "0", "--devices", "2", "--speed", "1000")) {
            cloud.awaitOutput("export DT_SERVICE_ACCOUNT_EMAIL=");
            assertThat(cloud.out())
                    .contains("export DT_API_URL=http://127.0.0.1:", "export DT_TOKEN_URL=", "export DT_PROJECT_ID=");
            String status = cloud.out().replaceAll("(?s).*curl (\\S+).*", "$1");
            try (InputStream answer = URI.create(status).toURL().openStream()) {
                assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"devices\":3");
            }
            cloud.signal("TERM");
            assertThat(cloud.exitCode()).isZero();
        }
    }

    @Test
    void saysOnceThatAnAddressIsNotSafe() throws Exception {
        Ended ended = run(configured().shippedRoutes().property("dt.api-url", "http://api.example.com/v2"));

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err()).contains("dt.api-url is plain http", "use https");
        assertThat(ended.out() + ended.err()).containsOnlyOnce("dt.api-url").doesNotContain("\tat ");
    }

    @Test
    void saysWhereARouteIsBroken() throws Exception {
        route("- route:\n    from:\n      uri: timer:tick\n      steps:\n        - lgo: hello\n");

        Ended ended = run(configured());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err())
                .contains("mine.camel.yaml:5:11: error: unknown step 'lgo'")
                .contains("log");
        assertThat(ended.err()).doesNotContain("\tat ");
    }

    @Test
    void namesTheOptionThatTookAnOldOnesPlace() throws Exception {
        route("- route:\n    from:\n      uri: dt-stream:p\n      parameters:\n        maxInFlightBatches: 8\n"
                + "      steps:\n        - log: hello\n");

        Ended ended = run(configured());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err())
                .contains("mine.camel.yaml:5:")
                .contains("unknown option 'maxInFlightBatches' of dt-stream")
                .contains("did you mean 'maxInflightExchanges'?");
    }

    @Test
    void saysWhereARouteIsBrokenThatRanBefore() throws Exception {
        String good =
                "- route:\n    from:\n      uri: timer:tick\n      parameters:\n        period: \"{{my.period}}\"\n"
                        + "      steps:\n        - log: hello\n";
        route(good);
        Path kept = Files.createDirectories(folder.resolve("data/routes-last-good"));
        Files.writeString(kept.resolve("mine.camel.yaml"), good);

        Ended ended = run(configured());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err()).contains("mine.camel.yaml:5:").contains("my.period");
    }

    @Test
    void saysThatThereIsNoFolderOfRoutes() throws Exception {
        Ended ended = run(configured());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err()).contains("There is no folder").contains("routes");
    }

    @Test
    void saysWhatToDoWhenTheDataFolderIsAFile() throws Exception {
        Files.createFile(folder.resolve("data"));

        Ended ended = run(configured().shippedRoutes());

        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.err())
                .contains("The router cannot start; it was ")
                .contains(folder.toRealPath().resolve("data") + " is a file where a folder is needed")
                .contains("dt.data-dir")
                .doesNotContain("\tat ");
    }

    @Test
    void takesTheLogLevelFromTheFile() throws Exception {
        route("- route:\n    from:\n      uri: timer:tick\n      steps:\n        - lgo: hello\n");

        assertThat(run(configured().property("dt.log-level", "LOUD")).err())
                .contains("dt.log-level is 'LOUD'; it can be TRACE, DEBUG, INFO, WARN, ERROR, OFF");
    }

    @Test
    void saysHowItIsCalled() throws Exception {
        Ended help = run(new JarProcess.Setup(folder), "--help");
        Ended wrong = run(new JarProcess.Setup(folder), "demoo");

        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Usage: dt-stream-router");
        assertThat(help.err()).isEmpty();
        assertThat(wrong.code()).isEqualTo(64);
        assertThat(wrong.err()).contains("demoo");
        assertThat(wrong.out()).isEmpty();
    }

    @Test
    void doctorFindsNothingWrongWithARouterThatIsSetUpRight() throws Exception {
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            cloud.addDevices(2, DeviceType.TEMPERATURE);
            JarProcess.Setup setup =
                    new JarProcess.Setup(folder).shippedRoutes().cloud(cloud).property("dt.ping-interval", "1s");

            Ended ended = run(setup, "doctor");

            assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
            assertThat(ended.out())
                    .contains(
                            "ok       settings",
                            "ok       routes",
                            "ok       credentials",
                            "it has 2 devices",
                            "ok       history",
                            "ok       stream",
                            "ok       clock",
                            "a sync takes",
                            "ok       port")
                    .doesNotContain(cloud.account().secret());
            assertThat(folder.resolve("data")).doesNotExist();
        }
    }

    @Test
    void doctorSaysWhatIsWrongAsJsonForScripts() throws Exception {
        Ended ended = run(
                configured()
                        .shippedRoutes()
                        .property("dt.mqtt-url", "tcp://127.0.0.1:9")
                        .property("dt.http-port", "0"),
                "doctor",
                "--json");

        assertThat(ended.code()).isEqualTo(1);
        JsonNode all = new ObjectMapper().readTree(ended.out());
        assertThat(all.findValuesAsText("subject"))
                .contains("settings", "routes", "credentials", "broker tcp://127.0.0.1:9");
        for (JsonNode one : all) {
            boolean isWrong = one.path("subject").asText().matches("credentials|broker .*");
            assertThat(one.path("level").asText()).as(one.toString()).isEqualTo(isWrong ? "error" : "ok");
        }
    }
}
