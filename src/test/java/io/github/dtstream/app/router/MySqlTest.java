package io.github.dtstream.app.router;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The shelf's route to MariaDB and MySQL, with MariaDB. */
@EnabledIf(
        value = "io.github.dtstream.app.router.MariaDbServer#isInstalled",
        disabledReason = "MariaDB is not installed (Debian: mariadb-server)")
final class MySqlTest extends SqlRouteTest {
    private static MariaDbServer server;

    MySqlTest() {
        super("mysql", "mysql", "connectTimeout=10000&socketTimeout=60000", "connectTimeout=2000&socketTimeout=2000");
    }

    @BeforeAll
    static void startServer() throws Exception {
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Override
    DatabaseServer server() {
        return server;
    }

    @Override
    String anyDatabase() {
        return "mysql";
    }

    @Override
    Map.Entry<String, String> poison() {
        return Map.entry("t".repeat(65), "{}");
    }

    @Override
    String exact() {
        return "select concat(date_format(time, '%Y-%m-%d %H:%i:%s.%f '), coalesce(json_value(data, '$.value'), json_value(data, '$.added.name'))) from dt_event";
    }

    @Override
    String visits() {
        return "select concat(hour(hour), ' ', visits) from dt_visits_per_hour";
    }
}
