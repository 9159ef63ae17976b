package io.github.dtstream.app.router;

import io.github.dtstream.faultproxy.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's PostgreSQL as processes of the test's own, on a loopback port, with its files in a temporary folder. */
final class PostgresCluster implements AutoCloseable {
    /** Where Debian's packages put it, the newest version first. */
    private static final Path PLACE = Path.of("/usr/lib/postgresql");

    /** PostgreSQL does not run as root. */
    private static final String NOBODY = "nobody";

    private final Path directory;
    private final Path programs;
    private final int port;

    private PostgresCluster(Path directory, Path programs, int port) {
        this.directory = directory;
        this.programs = programs;
        this.port = port;
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

    /** A new cluster, running, whose superuser {@code test} needs no password. */
    static PostgresCluster start() throws Exception {
        Path directory = Files.createTempDirectory("postgres");
        if (isRoot()) {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
        }
        PostgresCluster cluster = new PostgresCluster(directory, programs().orElseThrow(), FreePort.find());
        cluster.run("initdb", "-D", cluster.data(), "-U", "test", "-A", "trust", "-E", "UTF8", "--no-locale", "-N");
        cluster.begin();
        return cluster;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    int port() {
        return port;
    }

    String url(int atPort, String database) {
        return "jdbc:postgresql://127.0.0.1:" + atPort + "/" + database;
    }

    void begin() throws Exception {
        String options = "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off";
        run("pg_ctl", "start", "-w", "-D", data(), "-o", options, "-l", data() + "/log");
    }

    /** As at a crash: no connection is ended in order, and what was not committed is gone. */
    void crash() throws Exception {
        run("pg_ctl", "stop", "-m", "immediate", "-D", data());
    }

    private void run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("postgres", ".out");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        int code = process.waitFor();
        String said = Files.readString(out);
        Files.delete(out);
        if (code != 0) {
            throw new IOException(command + " ends with " + code + ": " + said);
        }
    }

    @Override
    public void close() throws Exception {
        crash();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
