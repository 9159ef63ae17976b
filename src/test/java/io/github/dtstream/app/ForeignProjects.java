package io.github.dtstream.app;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Projects that depend on the component like anybody's, built by Maven. The component is installed in a separate
 * repository, in which everything else is a link into the user's repository. So nothing of a test gets into that one,
 * and nothing is downloaded twice.
 */
final class ForeignProjects {
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";
    private static final Path GROUP = Path.of("io", "github", "dtstream");
    private static final int PATIENCE_MINUTES = 10;

    private final Path folder;
    private final Path repository;

    private ForeignProjects(Path folder, Path repository) {
        this.folder = folder;
        this.repository = repository;
    }

    /** Whether the build passed the path of its Maven, and the system supports links. */
    static boolean canBeBuilt() {
        return Files.isExecutable(maven()) && !File.separator.equals("\\");
    }

    private static Path maven() {
        return Path.of(System.getProperty("dt.maven", ""), "bin", "mvn");
    }

    /** Copies the projects of {@code src/it} to a folder, which is emptied first, and installs the component there. */
    static ForeignProjects in(Path folder) throws IOException {
        delete(folder);
        Path projects = folder.resolve("projects");
        copy(Path.of("src", "it"), projects);
        Path repository = Files.createDirectories(folder.resolve("repository"));
        link(Path.of(System.getProperty("dt.repository")), repository, GROUP);
        String version = System.getProperty("dt.version");
        Path home = Files.createDirectories(
                repository.resolve(GROUP).resolve("dt-stream-router").resolve(version));
        String name = "dt-stream-router-" + version;
        Files.copy(Path.of(System.getProperty("dt.component")), home.resolve(name + ".jar"));
        Files.copy(Path.of("pom.xml"), home.resolve(name + ".pom"));
        return new ForeignProjects(projects, repository);
    }

    /** Links everything in a repository except one path, whose folders are created. */
    private static void link(Path from, Path to, Path except) throws IOException {
        String own = except.getName(0).toString();
        if (Files.isDirectory(from)) {
            try (Stream<Path> entries = Files.list(from)) {
                for (Path entry : entries.toList()) {
                    String name = entry.getFileName().toString();
                    if (!name.equals(own)) {
                        Files.createSymbolicLink(to.resolve(name), entry.toAbsolutePath());
                    }
                }
            }
        }
        if (except.getNameCount() > 1) {
            Path below = Files.createDirectories(to.resolve(own));
            link(from.resolve(own), below, except.subpath(1, except.getNameCount()));
        }
    }

    /** Deletes links, not their targets. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Compiles all projects, and keeps their class paths. */
    void build() throws IOException, InterruptedException {
        maven("compile", DEPENDENCY_PLUGIN + ":build-classpath", "-Dmdep.outputFile=class-path.txt");
    }

    private void maven(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(maven().toString(), "-B", "-q"));
        command.add("-Dmaven.repo.local=" + repository());
        command.add("-Ddt-stream.version=" + System.getProperty("dt.version"));
        command.add("-Dcamel.version=" + System.getProperty("camel.version"));
        command.add("-Dspring-boot.version=" + System.getProperty("spring-boot.version"));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("maven.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError("Maven did not build " + folder + ":\n" + Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The repository with the component. */
    Path repository() {
        return repository.toAbsolutePath();
    }

    /** The dependencies of a project as a class path, without its own classes. */
    String dependencies(String project) throws IOException {
        return Files.readString(folder.resolve(project).resolve("class-path.txt"), StandardCharsets.UTF_8)
                .strip();
    }

    /** Everything that a project needs to run. */
    String classPath(String project) throws IOException {
        return folder.resolve(project).resolve("target").resolve("classes").toAbsolutePath()
                + File.pathSeparator
                + dependencies(project);
    }
}
