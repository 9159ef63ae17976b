package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.ExampleSettings;
import io.github.dtstream.app.command.common.Starter;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a folder to start from, so that a user needs the jar alone. */
@Command(
        name = "init",
        description = {
            "Writes a folder to start from: application.properties with its comments, the shipped routes, alarm rules, and tests.",
            "It overwrites nothing: if one of the files exists, it names that file and writes none.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
    private static final Path ROUTES = Path.of("routes");
    private static final String SETTINGS = "application.properties";

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The folder; it is created if it does not exist. Default: the current one.",
            defaultValue = "")
    private Path folder;

    @Option(
            names = "--with",
            paramLabel = "EXAMPLE",
            split = ",",
            description = "Adds an example route, such as postgresql; several with commas. --list names them.")
    private List<String> examples = new ArrayList<>();

    @Option(names = "--list", description = "Name the examples, and write nothing.")
    private boolean list;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Starter starter = Starter.open()) {
            Map<String, List<Path>> shelf = starter.examples();
            if (list) {
                shelf.keySet().forEach(out::println);
                out.flush();
                return ExitCode.OK.code();
            }
            Map<Path, Path> files = files(starter, shelf);
            List<Path> there = files.keySet().stream()
                    .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
            if (!there.isEmpty()) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("Nothing was written, because these files exist already:");
                there.forEach(file -> err.println("  " + file));
                err.println("Name another folder, or move these away.");
                err.flush();
                return ExitCode.FINDINGS.code();
            }
            write(files, out);
            out.println();
            appendSettings(shelf, out);
        }
        out.println("Next: fill in project and service account in " + folder.resolve(SETTINGS) + ", then"
                + (folder.toString().isEmpty() ? "" : ", in " + folder) + ":");
        out.println("  java -jar dt-stream-router.jar doctor");
        out.println("  java -jar dt-stream-router.jar");
        out.flush();
        return ExitCode.OK.code();
    }

    /** The source of each file to write, by its target, in the order of names. */
    private Map<Path, Path> files(Starter starter, Map<String, List<Path>> shelf) throws IOException {
        Map<Path, Path> files = new TreeMap<>();
        starter.settings().forEach(file -> files.put(folder.resolve(name(file)), file));
        Path routes = folder.resolve(ROUTES);
        starter.routes().forEach(file -> files.put(routes.resolve(name(file)), file));
        for (String example : examples) {
            List<Path> of = shelf.get(example);
            if (of == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "There is no example '" + example + "'"
                                + NearestName.question(example, List.copyOf(shelf.keySet()), UnaryOperator.identity())
                                        .map(question -> "; " + question)
                                        .orElse("")
                                + ". There are " + String.join(", ", shelf.keySet()) + ".");
            }
            of.forEach(file -> files.put(routes.resolve(name(file)), file));
        }
        return files;
    }

    /**
     * Appends the settings that the examples need. They are commented out until the user has filled in their values.
     */
    private void appendSettings(Map<String, List<Path>> shelf, PrintWriter out) throws IOException {
        Path settings = folder.resolve(SETTINGS);
        for (Map.Entry<String, List<Path>> example : shelf.entrySet()) {
            if (examples.contains(example.getKey())) {
                List<String> lines = new ArrayList<>();
                for (Path file : example.getValue()) {
                    lines.addAll(ExampleSettings.of(file));
                }
                if (!lines.isEmpty()) {
                    List<String> comments = new ArrayList<>();
                    comments.add("");
                    comments.add("# For " + example.getKey() + "; take the # away and fill in what is yours.");
                    lines.forEach(line -> comments.add("# " + line));
                    Files.write(settings, comments, StandardOpenOption.APPEND);
                    out.println("For " + example.getKey() + " set, at the end of " + settings + ":");
                    lines.forEach(line -> out.println("  " + line));
                }
            }
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void write(Map<Path, Path> files, PrintWriter out) throws IOException {
        for (Map.Entry<Path, Path> file : files.entrySet()) {
            Path parent = file.getKey().toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            // Not Files.copy: it would copy the jar's file times. CREATE_NEW refuses a file that appeared meanwhile.
            Files.write(
                    file.getKey(),
                    Files.readAllBytes(file.getValue()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            out.println(file.getKey());
        }
    }
}
