package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.RoutesDirectory;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.route.testing.CaseResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the {@code *.test.yaml} files beside routes and alarm rules. */
@Command(
        name = "test",
        description = {
            "Runs the *.test.yaml files beside routes and alarm rules.",
            "Given events go through the real route, its sinks replaced, and what would be delivered is compared with what"
                    + " is expected. Exit code 1 if a test fails, or there is none.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class TestCommand implements Callable<Integer> {
    @Mixin
    private RoutesDirectory routes = new RoutesDirectory();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path directory = routes.existing();
        List<CaseResult> results = RoutesFolder.tests().run(directory, RoutesFolder.properties(Settings.here()));
        PrintWriter out = spec.commandLine().getOut();
        results.forEach(out::println);
        long failed = results.stream().filter(result -> !result.passed()).count();
        out.println(
                results.isEmpty()
                        ? directory + " holds no *.test.yaml"
                        : (results.size() - failed) + " passed, " + failed + " failed");
        out.flush();
        return (failed == 0 && !results.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS).code();
    }
}
