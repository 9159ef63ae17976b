package io.github.dtstream.route.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files of a directory at one moment: the route files {@code *.camel.yaml}, the alarm rules {@code alarms.yaml} and
 * {@code *.alarms.yaml}, in the order of their names, and the names of other YAML files and folders that a user may
 * have meant as such. Subfolders are not read. Immutable; two are equal if their files and those names are.
 */
public final class RouteFiles {
    private final Path directory;
    /** The folder of example routes, which a user copies into the directory above. */
    private static final String SHELF = "examples";

    private static final String TEST_SUFFIX = ".test.yaml";

    private final Map<String, RouteFile> files;
    private final List<String> unread;

    private RouteFiles(Path directory, Map<String, RouteFile> files, List<String> unread) {
        this.directory = directory;
        this.unread = List.copyOf(unread);
        this.files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * Reads all files. Leaves out one that is deleted meanwhile.
     *
     * @throws IOException if the directory or a file cannot be read
     */
    public static RouteFiles read(Path directory) throws IOException {
        Map<String, RouteFile> files = new TreeMap<>();
        for (Path path : list(directory, RouteFiles::isRead)) {
            try {
                files.put(path.getFileName().toString(), RouteFile.read(path));
            } catch (NoSuchFileException gone) {
                // The file was deleted after the folder was listed.
            }
        }
        return new RouteFiles(directory, files, unread(directory));
    }

    /**
     * Reads a file, whatever its name, and the other files of its folder, as routes of one file call those of others.
     *
     * @throws IOException if the folder or a file cannot be read
     */
    public static RouteFiles around(Path file) throws IOException {
        Path named = file.getParent();
        Path directory = named == null ? Path.of("") : named;
        Map<String, RouteFile> files = new TreeMap<>(read(directory).files);
        files.put(file.getFileName().toString(), RouteFile.read(file));
        return new RouteFiles(directory, files, List.of());
    }

    public static RouteFiles of(Path directory, Collection<RouteFile> files) {
        Map<String, RouteFile> byName = new TreeMap<>();
        files.forEach(file -> byName.put(file.name(), file));
        return new RouteFiles(directory, byName, List.of());
    }

    /** The sorted paths of the files in a directory that have such a name; links are followed. */
    private static List<Path> list(Path directory, Predicate<Path> name) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(name).filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static boolean hasRouteFileName(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(RouteFile.SUFFIX) && !name.startsWith(".");
    }

    /** Whether a file of that name is read, as routes or as alarm rules. */
    public static boolean isRead(Path path) {
        String name = path.getFileName().toString();
        return hasRouteFileName(path) || RouteFile.isAlarmsName(name) && !name.startsWith(".");
    }

    /** The names of files and folders that look like routes and are not read. */
    private static List<String> unread(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(RouteFiles::isMistakable)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** Whether a file holds tests of routes. */
    public static boolean isTest(Path path) {
        return String.valueOf(path.getFileName()).endsWith(TEST_SUFFIX);
    }

    private static boolean isMistakable(Path path) {
        String name = path.getFileName().toString();
        if (name.startsWith(".")) {
            return false;
        }
        if (Files.isDirectory(path)) {
            return !name.equals(SHELF) && holdsYaml(path);
        }
        return isYaml(name) && !isRead(path) && !name.endsWith(TEST_SUFFIX);
    }

    private static boolean isYaml(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }

    private static boolean holdsYaml(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.anyMatch(path -> isYaml(path.getFileName().toString()));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Warnings about the names in the folder. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (String name : unread) {
            Path path = directory.resolve(name);
            boolean isFolder = Files.isDirectory(path);
            findings.add(warning(
                    path.toString(),
                    isFolder ? "the folder is not read: routes in it do not run" : "the file is not read",
                    isFolder
                            ? "move them up into " + directory
                            : "rename it to " + meant(name) + ", or take it out of the folder"));
        }
        if (routes().isEmpty()) {
            findings.add(warning(
                    directory.toString(),
                    "there are no routes here",
                    "a route file's name ends in " + RouteFile.SUFFIX));
        }
        return findings;
    }

    /** The name that the user probably meant. */
    private static String meant(String name) {
        String stem = name.replaceFirst("(?i)(\\.(camel|test))?\\.ya?ml$", "");
        if (name.toLowerCase(Locale.ROOT).contains(".test.")) {
            return stem + TEST_SUFFIX;
        }
        String rest = stem.replaceFirst("(?i)[-._]?alarms?$", "");
        if (rest.equals(stem)) {
            return stem + RouteFile.SUFFIX;
        }
        return rest.isEmpty() ? RouteFile.ALARMS : rest + "." + RouteFile.ALARMS;
    }

    private static Finding warning(String place, String message, String hint) {
        return new Finding(place, 0, 0, Finding.Severity.WARNING, message, hint);
    }

    /** Whether a file was written after another. */
    boolean isNewer(RouteFile file, RouteFile other) {
        return modified(file).compareTo(modified(other)) > 0;
    }

    private FileTime modified(RouteFile file) {
        try {
            return Files.getLastModifiedTime(directory.resolve(file.name()));
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    /**
     * Whether there are route files in a directory.
     *
     * @throws IOException if it cannot be read
     */
    public static boolean areIn(Path directory) throws IOException {
        return !list(directory, RouteFiles::hasRouteFileName).isEmpty();
    }

    public Path directory() {
        return directory;
    }

    /** The files of routes and of alarm rules. */
    public Collection<RouteFile> all() {
        return files.values();
    }

    public List<RouteFile> routes() {
        return files.values().stream().filter(file -> !file.hasAlarms()).toList();
    }

    public List<RouteFile> alarms() {
        return files.values().stream().filter(RouteFile::hasAlarms).toList();
    }

    public Optional<RouteFile> named(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteFiles that && files.equals(that.files) && unread.equals(that.unread);
    }

    @Override
    public int hashCode() {
        return Objects.hash(files, unread);
    }

    @Override
    public String toString() {
        return directory + " " + files.keySet();
    }
}
