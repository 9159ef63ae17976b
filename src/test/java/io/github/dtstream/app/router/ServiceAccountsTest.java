package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.simulator.ServiceAccount;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two projects, each readable by another service account. */
final class ServiceAccountsTest {
    @TempDir
    private Path folder;

    private SimulatedCloud one;
    private SimulatedCloud other;

    @BeforeEach
    void start() throws Exception {
        one = RouterFixture.cloud();
        other = one.addProjectOfAnotherAccount(new Random(3));
        RouterFixture.addRoute(folder, "keeper");
    }

    @AfterEach
    void stop() {
        one.close();
    }

    private Map<String, String> both() {
        return new HashMap<>(Map.of("dt.project-id", one.projectId() + "," + other.projectId()));
    }

    private static Map<String, String> account(String name, ServiceAccount account) {
        String prefix = "dt.account." + name + ".";
        return Map.of(
                prefix + "key-id", account.keyId(),
                prefix + "secret", account.secret(),
                prefix + "email", account.email());
    }

    private static JsonNode stream(RouterFixture router, SimulatedCloud cloud) {
        for (JsonNode stream : router.json("/routes").path("streams")) {
            if (stream.path("stream").asText().startsWith(cloud.projectId())) {
                return stream;
            }
        }
        return RouterFixture.parse("{}");
    }

    private void awaitDelivery(RouterFixture router, SimulatedCloud cloud) {
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> stream(router, cloud).path("state").asText().equals("live"));
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        String event = cloud.publish(device, "temperature", "{\"value\":4}").eventId();
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> Files.exists(folder.resolve("out/keeper.txt"))
                        && Files.readString(folder.resolve("out/keeper.txt")).contains(event));
    }

    @Test
    void eachProjectIsReadByTheAccountThatNamesIt() throws Exception {
        Map<String, String> settings = both();
        settings.putAll(account("office", other.account()));
        settings.put("dt.account.office.projects", other.projectId());
        try (RouterFixture router = RouterFixture.start(folder, one, settings)) {
            awaitDelivery(router, one);
            awaitDelivery(router, other);

            assertThat(stream(router, one).has("account")).isFalse();
            assertThat(stream(router, other).path("account").asText()).isEqualTo("office");
            assertThat(RouterFixture.command("list", "--data-dir", router.data.toString())
                            .out())
                    .contains(other.projectId() + "/default: read by the service account office");
            assertThat(router.json("/api/now").path("streams").findValuesAsText("account"))
                    .containsExactlyInAnyOrder("office", "null");
            for (String path : new String[] {"/routes", "/health", "/metrics", "/api/now"}) {
                assertThat(router.get(path).body())
                        .doesNotContain(other.account().secret());
            }
        }
    }

    @Test
    void noOtherAccountIsNeededWhereAllHaveNames() throws Exception {
        Map<String, String> settings = both();
        settings.putAll(account("shop", one.account()));
        settings.putAll(account("office", other.account()));
        settings.put("dt.account.shop.projects", one.projectId());
        settings.put("dt.account.office.projects", other.projectId());
        settings.put("dt.service-account-key-id", "");
        settings.put("dt.service-account-secret", "");
        settings.put("dt.service-account-email", "");
        try (RouterFixture router = RouterFixture.start(folder, one, settings)) {
            awaitDelivery(router, one);
            awaitDelivery(router, other);
        }
    }

    @Test
    void aRouteNamesTheAccountOfItsProject() throws Exception {
        Path file = folder.resolve("routes/keeper.camel.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("{{dt.project-id}}", other.projectId())
                        .replace(
                                "parameters:\n        subscriber",
                                "parameters:\n        account: office\n        subscriber"));
        assertThat(Files.readString(file)).contains("account: office");
        try (RouterFixture router = RouterFixture.start(folder, one, account("office", other.account()))) {
            awaitDelivery(router, other);
            assertThat(stream(router, other).path("account").asText()).isEqualTo("office");
        }
    }

    @Test
    void aWrongSecretIsSaidOfTheSettingOfItsAccountAndLeavesTheOtherProjectAlone() throws Exception {
        Map<String, String> settings = both();
        settings.putAll(account("office", other.account()));
        settings.put("dt.account.office.projects", other.projectId());
        settings.put("dt.account.office.secret", "wrong-secret-0123");
        try (RouterFixture router = RouterFixture.start(folder, one, settings)) {
            awaitDelivery(router, one);
            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(router.get("/health").body())
                            .contains("dt.account.office.secret")
                            .doesNotContain("wrong-secret-0123"));
        }
    }

    @Test
    void aProjectWithoutAnAccountIsSaidAndLeavesTheOtherAlone() throws Exception {
        Map<String, String> settings = both();
        settings.putAll(account("shop", one.account()));
        settings.put("dt.account.shop.projects", one.projectId());
        settings.put("dt.service-account-key-id", "");
        settings.put("dt.service-account-secret", "");
        settings.put("dt.service-account-email", "");
        try (RouterFixture router = RouterFixture.start(folder, one, settings)) {
            awaitDelivery(router, one);
            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(router.get("/health").body())
                            .contains("route keeper of " + other.projectId(), "dt.service-account-key-id is not set"));
        }
    }

    @Test
    void anAccountThatThereIsNotIsFoundWhenRoutesAreChecked() throws Exception {
        Path route = folder.resolve("routes/keeper.camel.yaml");
        Map<String, String> values = new HashMap<>(account("office", new ServiceAccount("k", "s", "e@x")));
        values.put("dt.project-id", "p");
        Settings settings = Settings.of(values);
        String text = Files.readString(route);
        Files.writeString(route, text.replace("subscriber: keeper", "subscriber: keeper\n        account: ofice"));

        assertThat(RoutesFolder.validator(settings)
                        .validate(folder.resolve("routes"), RoutesFolder.properties(settings)))
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.toString())
                                .contains(
                                        "there is no service account of the name 'ofice'; there are office; did you mean 'office'?"));

        Files.writeString(route, text.replace("subscriber: keeper", "subscriber: keeper\n        account: office"));
        assertThat(RoutesFolder.validator(settings)
                        .validate(folder.resolve("routes"), RoutesFolder.properties(settings)))
                .isEmpty();
    }
}
