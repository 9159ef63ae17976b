package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The route of the shelf to PostgreSQL, with a server of its own and the tables that its comments say. */
@EnabledIf(
        value = "io.github.dtstream.app.router.PostgresCluster#isInstalled",
        disabledReason = "PostgreSQL is not installed (Debian: postgresql)")
final class PostgresTest {
    private static final Path ROUTE = Path.of("routes/examples/postgresql.camel.yaml");
    private static final Pattern TABLE = Pattern.compile("create (?:table|view) [^;]+;");

    private static PostgresCluster cluster;

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private FaultProxy network;

    @BeforeAll
    static void startServer() throws Exception {
        cluster = PostgresCluster.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void start() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        network = FaultProxy.start(cluster.port());
    }

    @AfterEach
    void stop() {
        network.close();
        cloud.close();
    }

    /** The statements that the comments say, in their order. */
    private static List<String> tables() throws IOException {
        String comments = Files.readString(ROUTE).replaceAll("(?m)^# *", " ");
        List<String> found = new ArrayList<>();
        Matcher matcher = TABLE.matcher(comments);
        while (matcher.find()) {
            found.add(matcher.group().replaceAll("\\s+", " "));
        }
        return found;
    }

    private void execute(String database, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.url(cluster.port(), database), "test", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> events(String database) {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(cluster.url(cluster.port(), database), "test", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select event_id from dt_event where (data->>'value')::float > 20 and time is not null")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        } catch (SQLException e) {
            return List.of(e.toString());
        }
        return found;
    }

    /** The route as it is, but for shorter times. */
    private RouterFixture router(String database) throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        String text = Files.readString(ROUTE);
        String quick = text.replace(
                        "{subscriber: postgresql}",
                        "{subscriber: postgresql, redeliveryDelay: 100, maxRedeliveryDelay: 500}")
                .replace("connectTimeout: 10, socketTimeout: 60", "connectTimeout: 1, socketTimeout: 1");
        assertThat(quick.length()).isGreaterThan(text.length());
        Files.writeString(routes.resolve("postgresql.camel.yaml"), quick);
        return RouterFixture.start(
                folder,
                cloud,
                Map.of(
                        "postgres.url",
                        cluster.url(network.port(), database),
                        "postgres.user",
                        "test",
                        "postgres.password",
                        "any"));
    }

    private void awaitLive() {
        await().atMost(RouterFixture.PATIENCE).until(() -> cloud.openStreams() == 1);
    }

    private List<String> publish(int count) {
        List<String> published = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            published.add(
                    cloud.publish(device, "temperature", "{\"value\":21.5}").eventId());
        }
        return published;
    }

    private void awaitEvents(String database, List<String> expected) {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(events(database)).containsExactlyInAnyOrderElementsOf(expected));
    }

    @Test
    void hasEachEventOnceThroughSilenceCrashAndRepetition() throws Exception {
        execute("postgres", "create database plain");
        execute("plain", tables().get(0));
        try (RouterFixture router = router("plain")) {
            awaitLive();
            List<String> all = new ArrayList<>(publish(10));
            awaitEvents("plain", all);

            network.blackHole();
            long before = network.accepted();
            all.addAll(publish(10));
            await().atMost(RouterFixture.PATIENCE).until(() -> network.accepted() > before + 1);
            network.pass();
            awaitEvents("plain", all);

            cluster.crash();
            all.addAll(publish(10));
            long away = network.accepted();
            await().atMost(RouterFixture.PATIENCE).until(() -> network.accepted() > away + 1);
            cluster.begin();
            awaitEvents("plain", all);

            RouterFixture.Ended again = RouterFixture.command(
                    "replay", "--data-dir", router.data.toString(), "--subscriber", "postgresql", "--from", "-1h");
            assertThat(again.code()).as(again.err()).isZero();
            awaitEvents("plain", all);
        }
    }

    @Test
    void countsVisitsPerHourFromTheTotalsOfCountersWhateverTheirOrder() throws Exception {
        execute("postgres", "create database visits");
        execute("visits", tables().get(0), tables().get(2));
        try (RouterFixture router = router("visits")) {
            awaitLive();
            count("2026-05-29T11:10:00Z", 110);
            count("2026-05-29T10:10:00Z", 100);
            count("2026-05-29T10:40:00Z", 103);
            count("2026-05-29T12:40:00Z", 2);

            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(visits()).containsExactly("10 3", "11 7", "12 2"));
            assertThat(router.data).isDirectory();
        }
    }

    private void count(String at, int total) {
        cloud.publish(device, "objectPresentCount", "{\"total\":" + total + "}", Instant.parse(at), Origin.LATE);
    }

    private List<String> visits() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(cluster.url(cluster.port(), "visits"), "test", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select extract(hour from hour at time zone 'UTC') || ' ' || visits from dt_visits_per_hour order by hour")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Test
    void hasEachEventOnceInATableWhoseKeyHoldsTheTimeAsTimescaleDbWantsIt() throws Exception {
        assertThat(tables()).hasSize(3);
        assertThat(tables().get(1)).contains("primary key (event_id, time)");
        execute("postgres", "create database hyper");
        execute("hyper", tables().get(1));
        try (RouterFixture router = router("hyper")) {
            awaitLive();
            List<String> all = publish(10);
            awaitEvents("hyper", all);

            RouterFixture.Ended again = RouterFixture.command(
                    "replay", "--data-dir", router.data.toString(), "--subscriber", "postgresql", "--from", "-1h");
            assertThat(again.code()).as(again.err()).isZero();
            awaitEvents("hyper", all);
        }
    }
}
