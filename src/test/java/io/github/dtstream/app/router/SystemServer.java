package io.github.dtstream.app.router;

import io.github.dtstream.faultproxy.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A server of the system as child processes, on a loopback port, with its files in a temporary folder. */
abstract class SystemServer implements AutoCloseable {
    /** Database servers do not run as root. */
    private static final String NOBODY = "nobody";

    private final Path directory;
    private final int port;

    SystemServer(String name) throws IOException {
        this.directory = Files.createTempDirectory(name);
        this.port = FreePort.find();
        if (isRoot()) {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    final int port() {
        return port;
    }

    /** A path in its folder, which need not exist. */
    final String file(String name) {
        return directory.resolve(name).toString();
    }

    /** Ends it like a crash: no connection is closed in order, and uncommitted data is lost. */
    abstract void crash() throws Exception;

    /** Starts a program, with its output in a file of that name in the server's folder. */
    final Process start(String output, Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups", "--"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Path.of(file(output)).toFile())
                .start();
    }

    /** Runs a program, and waits for its end. */
    final void run(Path program, String... arguments) throws Exception {
        String output = program.getFileName() + ".out";
        int code = start(output, program, arguments).waitFor();
        if (code != 0) {
            throw new IOException(program + " ends with " + code + ": " + Files.readString(Path.of(file(output))));
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
