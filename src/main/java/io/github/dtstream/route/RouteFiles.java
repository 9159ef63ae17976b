package io.github.dtstream.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The route files of a directory as they were at one moment: {@code *.camel.yaml}, not in folders below, in the order of
 * their names. Immutable; two are equal if their files are.
 */
public final class RouteFiles {
    private final Path directory;
    private final Map<String, RouteFile> files;

    private RouteFiles(Path directory, Map<String, RouteFile> files) {
        this.directory = directory;
        this.files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * Reads all route files. A file that goes away meanwhile is left out.
     *
     * @throws IOException if the directory or a file cannot be read
     */
    public static RouteFiles read(Path directory) throws IOException {
        Map<String, RouteFile> files = new TreeMap<>();
        for (Path path : list(directory)) {
            try {
                files.put(path.getFileName().toString(), RouteFile.read(path));
            } catch (NoSuchFileException gone) {
                // it was deleted since the folder was listed
            }
        }
        return new RouteFiles(directory, files);
    }

    static RouteFiles of(Path directory, Collection<RouteFile> files) {
        Map<String, RouteFile> byName = new TreeMap<>();
        files.forEach(file -> byName.put(file.name(), file));
        return new RouteFiles(directory, byName);
    }

    /** The paths of the route files in a directory, sorted; what a link points at counts as the file. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(RouteFiles::hasRouteFileName)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    static boolean hasRouteFileName(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(RouteFile.SUFFIX) && !name.startsWith(".");
    }

    Path directory() {
        return directory;
    }

    Collection<RouteFile> all() {
        return files.values();
    }

    Optional<RouteFile> named(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteFiles that && files.equals(that.files);
    }

    @Override
    public int hashCode() {
        return files.hashCode();
    }

    @Override
    public String toString() {
        return directory + " " + files.keySet();
    }
}
