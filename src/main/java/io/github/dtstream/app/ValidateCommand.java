package io.github.dtstream.app;

import io.github.dtstream.route.Finding;
import io.github.dtstream.text.Masking;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks routes without running them. */
@Command(
        name = "validate",
        description = {
            "Checks the routes of a folder, and the settings, without connecting to anything.",
            "It looks at syntax, steps, components and options, placeholders, expressions, duplicate ids.",
            "One line per finding, as FILE:LINE:COLUMN: error|warning: what is wrong; exit code 1 if there is an error.",
            ""
        },
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Mixin
    private RoutesDirectory routes = new RoutesDirectory();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path directory = routes.existing();
        Settings settings = Settings.here();
        List<Finding> findings = new ArrayList<>(SettingsCheck.findings(settings, directory));
        findings.addAll(RoutesFolder.validator().validate(directory, RoutesFolder.properties(settings)));
        PrintWriter out = spec.commandLine().getOut();
        Masking masking = ConsoleLog.masking();
        findings.forEach(finding -> out.println(masking.mask(finding.toString())));
        boolean good = findings.stream().noneMatch(Finding::isError);
        if (good) {
            out.println(directory + ": the routes are valid");
        }
        out.flush();
        return (good ? ExitCode.OK : ExitCode.FINDINGS).code();
    }
}
