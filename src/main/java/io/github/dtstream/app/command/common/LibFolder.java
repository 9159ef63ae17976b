package io.github.dtstream.app.command.common;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code lib/} beside the router's jar. Its jars are on the class path, after the router's jar. They get a
 * class loader of their own, so that the class-data archive of the router's jar stays valid. Stateless.
 */
public final class LibFolder {
    private static final Logger LOG = LoggerFactory.getLogger(LibFolder.class);
    private static final String NAME = "lib";
    private static final Pattern CAMEL_JAR = Pattern.compile("camel-[a-z0-9-]+?-(\\d[\\w.-]*)\\.jar");

    private LibFolder() {}

    /** The router's jar; empty if the classes do not come from a jar. */
    public static Optional<Path> jar() {
        CodeSource source = LibFolder.class.getProtectionDomain().getCodeSource();
        try {
            return Optional.ofNullable(
                            source == null ? null : Path.of(source.getLocation().toURI()))
                    .filter(path -> path.toString().endsWith(".jar"));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The path of the folder, which need not exist. */
    public static Optional<Path> path() {
        return jar().map(jar -> jar.resolveSibling(NAME));
    }

    /** The version of Camel in the router's jar; further components must have the same. */
    public static String camelVersion() throws IOException {
        try (InputStream in =
                CamelContext.class.getResourceAsStream("/META-INF/maven/org.apache.camel/camel-api/pom.properties")) {
            if (in == null) {
                throw new IOException("camel-api does not say its version");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }

    /**
     * Makes the classes of the folder's jars visible to this thread and to all threads that descend from it. Must be
     * called before everything else.
     */
    public static void join() {
        Optional<Path> folder = path().filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return;
        }
        Thread thread = Thread.currentThread();
        try {
            List<Path> jars = jars(folder.get());
            if (!jars.isEmpty()) {
                thread.setContextClassLoader(new URLClassLoader(NAME, urls(jars), thread.getContextClassLoader()));
                warnOfOtherVersions(jars);
            }
        } catch (IOException e) {
            LOG.warn("the jars in {} are not on the class path: {}", folder.get(), e.toString());
        }
    }

    /** The jars of a folder, in the order of their names. */
    public static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    /** Warns of Camel jars of another version: they may fail late, with errors that do not name the cause. */
    private static void warnOfOtherVersions(List<Path> jars) throws IOException {
        String own = camelVersion();
        for (Path jar : jars) {
            Matcher camels = CAMEL_JAR.matcher(String.valueOf(jar.getFileName()));
            if (camels.matches() && !camels.group(1).equals(own)) {
                LOG.warn("{} is not of Camel {}, which this router has; fetch it anew by the command lib", jar, own);
            }
        }
    }
}
