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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests for each of the shelf's routes to a database, with a separate server and the tables in the route's comments.
 */
abstract class SqlRouteTest {
    private static final Pattern TABLE = Pattern.compile("create (?:table|view) [^;]+;");

    private final String name;
    private final String settings;
    /** The route's timeouts, and the same with two seconds. */
    private final String patient;

    private final String hasty;

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private FaultProxy network;

    SqlRouteTest(String name, String settings, String patient, String hasty) {
        this.name = name;
        this.settings = settings;
        this.patient = patient;
        this.hasty = hasty;
    }

    abstract DatabaseServer server();

    /** A database that exists from the beginning. */
    abstract String anyDatabase();

    /** Data of an event type that the database cannot accept. */
    abstract Map.Entry<String, String> poison();

    @BeforeEach
    final void start() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        network = FaultProxy.start(server().port());
    }

    @AfterEach
    final void stop() {
        network.close();
        cloud.close();
    }

    /** The statements in the comments, in order. */
    final List<String> tables() throws IOException {
        String comments = Files.readString(route()).replaceAll("(?m)^# *", " ");
        List<String> found = new ArrayList<>();
        Matcher matcher = TABLE.matcher(comments);
        while (matcher.find()) {
            found.add(matcher.group().replaceAll("\\s+", " "));
        }
        return found;
    }

    private Path route() {
        return Path.of("routes/examples/" + name + ".camel.yaml");
    }

    /** Makes a database with these statements. */
    final void create(String database, String... statements) throws SQLException {
        execute(anyDatabase(), "create database " + database);
        execute(database, statements);
    }

    private void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql.endsWith(";") ? sql.substring(0, sql.length() - 1) : sql);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                server().url(server().port(), database), server().user(), server().password());
    }

    /** The first column. */
    final List<String> select(String database, String query) {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        } catch (SQLException e) {
            return List.of(e.toString());
        }
        return found;
    }

    final void awaitRows(String database, String query, List<String> expected) {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(select(database, query)).containsExactlyInAnyOrderElementsOf(expected));
    }

    /** The route with shorter timeouts; its stream is live. */
    final RouterFixture router(String database) throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        String text = Files.readString(route());
        String subscriber = "{subscriber: " + name;
        assertThat(text).contains(subscriber + "}", patient);
        Files.writeString(
                routes.resolve(name + ".camel.yaml"),
                text.replace(subscriber, subscriber + ", redeliveryDelay: 100, maxRedeliveryDelay: 500")
                        .replace(patient, hasty));
        RouterFixture router = RouterFixture.start(
                folder,
                cloud,
                Map.of(
                        settings + ".url",
                        server().url(network.port(), database),
                        settings + ".user",
                        server().user(),
                        settings + ".password",
                        server().password()));
        router.awaitLive();
        return router;
    }

    final String publish(String type, String data, String at) {
        return cloud.publish(device, type, data, Instant.parse(at), Origin.LATE).eventId();
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
        awaitRows(database, "select event_id from dt_event where time is not null", expected);
    }

    private void replay(RouterFixture router) {
        RouterFixture.Ended again = RouterFixture.command(
                "replay", "--data-dir", router.data.toString(), "--subscriber", name, "--from", "-1h");
        assertThat(again.code()).as(again.err()).isZero();
    }

    /** Events, and the same events again. */
    final void assertThatRepetitionDoublesNothing(String database) throws Exception {
        try (RouterFixture router = router(database)) {
            List<String> all = publish(10);
            awaitEvents(database, all);

            replay(router);

            awaitEvents(database, all);
        }
    }

    @Test
    final void hasEachEventOnceThroughSilenceCrashAndRepetition() throws Exception {
        create("plain", tables().get(0));
        try (RouterFixture router = router("plain")) {
            List<String> all = new ArrayList<>(publish(10));
            awaitEvents("plain", all);

            network.blackHole();
            long before = network.accepted();
            all.addAll(publish(10));
            await().atMost(RouterFixture.PATIENCE).until(() -> network.accepted() > before + 1);
            network.pass();
            awaitEvents("plain", all);

            server().crash();
            all.addAll(publish(10));
            long away = network.accepted();
            await().atMost(RouterFixture.PATIENCE).until(() -> network.accepted() > away + 1);
            server().begin();
            awaitEvents("plain", all);

            replay(router);
            awaitEvents("plain", all);
        }
    }

    @Test
    final void isolatesAnEventThatTheDatabaseCannotTake() throws Exception {
        create("poisoned", tables().get(0));
        try (RouterFixture router = router("poisoned")) {
            List<String> good = new ArrayList<>(publish(10));
            String bad = cloud.publish(device, poison().getKey(), poison().getValue())
                    .eventId();
            good.addAll(publish(10));

            awaitEvents("poisoned", good);
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> router.json("/routes").at("/routes/0/refused").asLong() == 1);
            RouterFixture.Ended rejected =
                    RouterFixture.command("rejected", "list", "--data-dir", router.data.toString());
            assertThat(rejected.out()).contains(bad);
        }
    }

    @Test
    final void keepsTimesInUtcToTheMicrosecondAndEveryCharacterInItsPlace() throws Exception {
        create("exact", tables().get(0));
        try (RouterFixture router = router("exact")) {
            publish("temperature", "{\"value\":-18.25}", "2026-03-29T01:30:00.123456Z");
            publish(
                    "labelsChanged",
                    "{\"added\":{\"name\":\"Kühl 'äß' \\\"🧊\\\" \\\\ \\n\"}}",
                    "2026-03-29T02:30:00Z");

            awaitRows(
                    "exact",
                    exact(),
                    List.of("2026-03-29 01:30:00.123456 -18.25", "2026-03-29 02:30:00.000000 Kühl 'äß' \"🧊\" \\ \n"));
            assertThat(router.data).isDirectory();
        }
    }

    /** A query for time, and value or added name. */
    abstract String exact();

    @Test
    final void countsVisitsPerHourFromTheTotalsOfCountersWhateverTheirOrder() throws Exception {
        create("visits", tables().get(0), tables().get(tables().size() - 1));
        try (RouterFixture router = router("visits")) {
            count("2026-05-29T11:10:00Z", 110);
            count("2026-05-29T10:10:00Z", 100);
            count("2026-05-29T10:40:00Z", 103);
            count("2026-05-29T12:40:00Z", 2);

            awaitRows("visits", visits(), List.of("10 3", "11 7", "12 2"));
            assertThat(router.data).isDirectory();
        }
    }

    private void count(String at, int total) {
        publish("objectPresentCount", "{\"total\":" + total + "}", at);
    }

    /** A query for the hour in UTC, and the visits in it. */
    abstract String visits();
}
