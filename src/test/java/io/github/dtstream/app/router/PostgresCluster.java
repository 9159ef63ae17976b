package io.github.dtstream.app.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's PostgreSQL. */
final class PostgresCluster extends DatabaseServer {
    /** The folder of Debian's packages, newest version first. */
    private static final Path PLACE = Path.of("/usr/lib/postgresql");

    private final Path programs;

    private PostgresCluster(Path programs) throws IOException {
        super("postgres");
        this.programs = programs;
    }

    /** For {@code @EnabledIf}. */
    static boolean isInstalled() {
        return programs().isPresent();
    }

    private static Optional<Path> programs() {
        if (!Files.isDirectory(PLACE)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(PLACE)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparingInt(bin ->
                            Integer.parseInt(bin.getName(bin.getNameCount() - 2).toString())));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A new running cluster, whose superuser {@code test} needs no password. */
    static PostgresCluster start() throws Exception {
        PostgresCluster cluster = new PostgresCluster(programs().orElseThrow());
        cluster.run(
                cluster.programs.resolve("initdb"),
                "-D",
                cluster.file("data"),
                "-U",
                cluster.user(),
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N");
        cluster.begin();
        return cluster;
    }

    @Override
    String url(int atPort, String database) {
        return "jdbc:postgresql://127.0.0.1:" + atPort + "/" + database;
    }

    @Override
    String user() {
        return "test";
    }

    @Override
    String password() {
        return "any";
    }

    @Override
    void begin() throws Exception {
        String options = "-p " + port() + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off";
        run(programs.resolve("pg_ctl"), "start", "-w", "-D", file("data"), "-o", options, "-l", file("log"));
    }

    @Override
    void crash() throws Exception {
        run(programs.resolve("pg_ctl"), "stop", "-m", "immediate", "-D", file("data"));
    }
}
