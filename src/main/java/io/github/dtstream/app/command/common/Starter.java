package io.github.dtstream.app.command.common;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files in the jar that {@code init} writes into a new folder. Not thread-safe. */
public final class Starter implements AutoCloseable {
    private static final String SETTINGS = "application.properties";

    private final Path folder;
    private final @Nullable FileSystem jar;

    private Starter(Path folder, @Nullable FileSystem jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /** Opens the files, in the jar or on a class path of folders. */
    public static Starter open() throws IOException {
        URL settings = Starter.class.getResource("/starter/" + SETTINGS);
        if (settings == null) {
            throw new IOException("this jar was built without the files to start from");
        }
        try {
            URI uri = settings.toURI();
            FileSystem jar = uri.getScheme().equals("jar") ? FileSystems.newFileSystem(uri, Map.of()) : null;
            Path found = Path.of(uri);
            return new Starter(found.resolveSibling(""), jar);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    public List<Path> settings() {
        return List.of(folder.resolve(SETTINGS));
    }

    /** Shipped routes, alarm rules and their tests. */
    public List<Path> routes() throws IOException {
        return files(folder.resolve("routes"));
    }

    /** The files of each example route, by the example's name. */
    public Map<String, List<Path>> examples() throws IOException {
        return files(folder.resolve("routes").resolve("examples")).stream()
                .collect(Collectors.groupingBy(
                        file -> String.valueOf(file.getFileName()).replaceFirst("\\..*", ""),
                        TreeMap::new,
                        Collectors.toList()));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        if (jar != null) {
            jar.close();
        }
    }
}
