package io.github.dtstream.app.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The system's MariaDB, in a time zone other than UTC and with a Latin character set, to detect routes that rely on
 * these.
 */
final class MariaDbServer extends DatabaseServer {
    private static final List<String> PLACES = List.of("/usr/sbin", "/usr/bin", "/usr/local/bin");

    private static final String SMALL = "--innodb-log-file-size=4M";

    private @Nullable Process process;

    private MariaDbServer() throws IOException {
        super("mariadb");
    }

    /** For {@code @EnabledIf}. */
    static boolean isInstalled() {
        return Stream.of("mariadbd", "mariadb-install-db")
                .allMatch(name -> program(name).isPresent());
    }

    private static Optional<Path> program(String name) {
        return PLACES.stream()
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A new running server, with a user who has all rights. */
    static MariaDbServer start() throws Exception {
        MariaDbServer server = new MariaDbServer();
        server.run(
                program("mariadb-install-db").orElseThrow(),
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                SMALL,
                "--datadir=" + server.file("data"));
        server.begin();
        try (Connection root = DriverManager.getConnection(server.url(server.port(), "mysql"), "root", "");
                Statement statement = root.createStatement()) {
            statement.execute(
                    "create user '" + server.user() + "'@'127.0.0.1' identified by '" + server.password() + "'");
            statement.execute("grant all on *.* to '" + server.user() + "'@'127.0.0.1'");
        }
        return server;
    }

    @Override
    String url(int atPort, String database) {
        return "jdbc:mariadb://127.0.0.1:" + atPort + "/" + database;
    }

    @Override
    String user() {
        return "test";
    }

    @Override
    String password() {
        return "pa&ss?wörd";
    }

    @Override
    void begin() throws Exception {
        Process started = start(
                "log",
                program("mariadbd").orElseThrow(),
                "--no-defaults",
                "--datadir=" + file("data"),
                "--socket=" + file("socket"),
                "--pid-file=" + file("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port(),
                "--skip-name-resolve",
                "--default-time-zone=+09:00",
                "--character-set-server=latin1",
                "--collation-server=latin1_swedish_ci",
                SMALL,
                // Committed data is passed to the operating system, and survives the process.
                "--innodb-flush-log-at-trx-commit=2");
        process = started;
        long end = System.nanoTime() + RouterFixture.PATIENCE.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                throw new IOException("it does not start: " + Files.readString(Path.of(file("log"))));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try (Connection root = DriverManager.getConnection(url(port(), "mysql"), "root", "")) {
            return root.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    void crash() throws Exception {
        Objects.requireNonNull(process).destroyForcibly().waitFor();
    }
}
