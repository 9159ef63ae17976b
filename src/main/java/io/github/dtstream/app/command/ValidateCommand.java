package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.RoutesDirectory;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.text.Masking;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks routes without running them. */
@Command(
        name = "validate",
        description = {
            "Checks the routes of a folder, or one of its files, and the settings, without connecting to anything.",
            "It looks at syntax, steps, components and options, placeholders, expressions, duplicate ids, and at shapes of"
                    + " routes that lose events.",
            "One line per finding, as FILE:LINE:COLUMN: error|warning: what is wrong. Exit code 1 if there is an error, or"
                    + " there are no routes.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class ValidateCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR|FILE",
            arity = "0..1",
            description = "The folder, or a file in it. Default: ${DEFAULT-VALUE}.",
            defaultValue = "routes")
    private Path place;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        boolean isFile = Files.isRegularFile(place);
        if (!isFile) {
            RoutesDirectory.requireFolder(place);
        }
        Settings settings = Settings.here();
        Map<String, String> properties = RoutesFolder.properties(settings);
        List<Finding> findings = new ArrayList<>(SettingsCheck.findings(settings, isFile ? folderOf(place) : place));
        findings.addAll(
                isFile
                        ? RoutesFolder.validator(settings).validateFile(place, properties)
                        : RoutesFolder.validator(settings).validate(place, properties));
        PrintWriter out = spec.commandLine().getOut();
        Masking masking = ConsoleLog.masking();
        findings.forEach(finding -> out.println(masking.mask(finding.toString())));
        boolean good = findings.stream().noneMatch(Finding::isError) && (isFile || RouteFiles.areIn(place));
        if (good) {
            out.println(place + (isFile ? ": the file is valid" : ": the routes are valid"));
        }
        out.flush();
        return (good ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? Path.of("") : folder;
    }
}
