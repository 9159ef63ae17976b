package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.LibFolder;
import io.github.dtstream.app.command.common.TemporaryFolder;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.route.check.CamelArtifacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches Camel components that are not in the jar, and other artifacts for its class path. */
@Command(
        name = "lib",
        description = {
            "Fetches a component of Camel that is not in the jar, with what it needs, into lib/ beside the jar, where the next"
                    + " start finds it.",
            "A name is what routes have before the colon (kafka), or an artifact as group:artifact:version, such as a JDBC"
                    + " driver's.",
            "It calls Maven, which has to be installed, with its settings: mirror, proxy, repository.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class LibCommand implements Callable<Integer> {
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";
    private static final String ERROR = "[ERROR] ";
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9.+-]*");
    private static final Pattern COORDINATES = Pattern.compile("([\\w.-]+):([\\w.-]+):([\\w.-]+)");
    private static final Pattern VERSIONED = Pattern.compile("(.+?)-\\d[^/]*\\.jar");
    private static final Pattern OWN = Pattern.compile("META-INF/maven/[^/]+/([^/]+)/pom\\.properties");

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The components, or artifacts.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--offline", description = "Take only what Maven has fetched before.")
    private boolean offline;

    @Option(names = "--into", paramLabel = "DIR", description = "Another folder than lib/ beside the jar.")
    private @Nullable Path into;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = into != null
                ? into
                : LibFolder.path()
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "This does not run from a jar: say where to by --into DIR"));
        List<String> dependencies = new ArrayList<>();
        for (String name : names) {
            dependencies.add(dependency(name));
        }
        try (TemporaryFolder work = TemporaryFolder.create("dt-lib")) {
            Files.writeString(work.path().resolve("pom.xml"), pom(dependencies));
            Path fetched = work.path().resolve("fetched");
            out.println("Maven fetches " + String.join(", ", names) + " …");
            out.flush();
            if (!fetch(work.path(), fetched)) {
                return ExitCode.FINDINGS.code();
            }
            List<Path> jars = Files.isDirectory(fetched) ? LibFolder.jars(fetched) : List.of();
            put(jars, Files.createDirectories(folder));
            jars.forEach(jar -> out.println("  " + folder.resolve(jar.getFileName())));
            out.println(jars.isEmpty() ? "It is in the router's jar already." : "The next start finds it.");
            out.flush();
        }
        return ExitCode.OK.code();
    }

    private String dependency(String name) throws IOException {
        Matcher artifact = COORDINATES.matcher(name);
        if (artifact.matches()) {
            return dependency(artifact.group(1), artifact.group(2), artifact.group(3));
        }
        if (!SCHEME.matcher(name).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + name
                            + "' is neither a component's name, as kafka, nor an artifact, as group:artifact:version");
        }
        // A Camel artifact that is not a component, such as camel-avro, goes by its artifact id.
        return dependency("org.apache.camel", CamelArtifacts.of(name).orElse(name), LibFolder.camelVersion());
    }

    private static String dependency(String group, String artifact, String version) {
        return "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>"
                + version + "</version></dependency>";
    }

    private static String pom(List<String> dependencies) {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>lib</groupId>
                  <artifactId>lib</artifactId>
                  <version>1</version>
                  <dependencies>%s</dependencies>
                </project>
                """.formatted(String.join("", dependencies));
    }

    private boolean fetch(Path work, Path fetched) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                isWindows() ? "mvn.cmd" : "mvn",
                "-B",
                "-q",
                PLUGIN,
                "-DincludeScope=runtime",
                "-DexcludeArtifactIds=" + String.join(",", own()),
                "-DoutputDirectory=" + fetched));
        if (offline) {
            command.add("-o");
        }
        PrintWriter err = spec.commandLine().getErr();
        Process maven;
        try {
            maven = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            err.println("Maven (mvn), which would fetch it, is not installed here: " + e.getMessage());
            err.println(
                    "Install it (sudo apt install maven, or https://maven.apache.org), or do this on another machine with"
                            + " --into lib, and copy that folder beside the jar.");
            err.flush();
            return false;
        }
        maven.getOutputStream().close();
        String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean isGood = maven.waitFor() == 0;
        if (!isGood) {
            err.println("Maven could not fetch it:");
            err.println(said.lines()
                    .filter(line -> line.contains(ERROR))
                    .findFirst()
                    // Drops the colour codes before the tag.
                    .map(line ->
                            line.substring(line.indexOf(ERROR) + ERROR.length()).replace(" -> [Help 1]", ""))
                    .orElse(said.strip()));
            err.flush();
        }
        return isGood;
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /** The artifact ids that the router's jar contains already; its class path finds them there first. */
    private static List<String> own() throws IOException {
        Path jar = LibFolder.jar().orElse(null);
        if (jar == null) {
            return List.of();
        }
        try (JarFile open = new JarFile(jar.toFile())) {
            return open.stream()
                    .map(entry -> OWN.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(own -> own.group(1))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** Copies the jars into the folder and deletes other versions of them, as only one version can be loaded. */
    private static void put(List<Path> jars, Path folder) throws IOException {
        for (Path old : LibFolder.jars(folder)) {
            String name = artifact(old);
            if (jars.stream().anyMatch(jar -> artifact(jar).equals(name))) {
                Files.delete(old);
            }
        }
        for (Path jar : jars) {
            Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String artifact(Path jar) {
        String name = String.valueOf(jar.getFileName());
        Matcher versioned = VERSIONED.matcher(name);
        return versioned.matches() ? versioned.group(1) : name;
    }
}
