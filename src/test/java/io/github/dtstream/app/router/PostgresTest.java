package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The shelf's route to PostgreSQL. */
@EnabledIf(
        value = "io.github.dtstream.app.router.PostgresCluster#isInstalled",
        disabledReason = "PostgreSQL is not installed (Debian: postgresql)")
final class PostgresTest extends SqlRouteTest {
    private static PostgresCluster cluster;

    PostgresTest() {
        super("postgresql", "postgres", "connectTimeout: 10, socketTimeout: 60", "connectTimeout: 2, socketTimeout: 2");
    }

    @BeforeAll
    static void startServer() throws Exception {
        cluster = PostgresCluster.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        cluster.close();
    }

    @Override
    DatabaseServer server() {
        return cluster;
    }

    @Override
    String anyDatabase() {
        return "postgres";
    }

    @Override
    Map.Entry<String, String> poison() {
        return Map.entry("labelsChanged", "{\"added\":{\"name\":\"\\u0000\"}}");
    }

    @Override
    String exact() {
        return "select to_char(time at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US ') || coalesce(data->>'value', data->'added'->>'name') from dt_event";
    }

    @Override
    String visits() {
        return "select extract(hour from hour at time zone 'UTC') || ' ' || visits from dt_visits_per_hour";
    }

    /**
     * TimescaleDB has the same rule for unique keys as PostgreSQL's partitions: they must include the partition key.
     */
    @Test
    void hasEachEventOnceInATableThatIsDividedByTimeAsTimescaleDbDoes() throws Exception {
        assertThat(tables()).hasSize(3);
        String partitions = "create table dt_event_any partition of dt_event default";
        assertThatThrownBy(() -> create("undivided", dividedByTime(tables().get(0))))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("partition");
        create("hyper", dividedByTime(tables().get(1)), partitions);

        assertThatRepetitionDoublesNothing("hyper");
    }

    private static String dividedByTime(String table) {
        return table.replace(");", ") partition by range (time)");
    }
}
