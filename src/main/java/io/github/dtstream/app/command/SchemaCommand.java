package io.github.dtstream.app.command;

import io.github.dtstream.alarm.file.AlarmSchema;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.route.check.EditorSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the JSON schemas by which editors complete route files and alarm rules. */
@Command(
        name = "schema",
        description = {
            "Prints a JSON schema of route files, by which an editor completes and checks them.",
            "The options of dt-stream, dt-mqtt and Camel's components are in it:",
            "java -jar dt-stream-router.jar schema > routes.schema.json, and name that file in the editor's settings.",
            "With --alarms it prints the schema of alarm rules.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class SchemaCommand implements Callable<Integer> {
    @Option(
            names = "--components",
            description = "Print the catalog entries of dt-stream and dt-mqtt instead, as a JSON array.")
    private boolean components;

    @Option(names = "--alarms", description = "Print the schema of alarm rules instead.")
    private boolean alarms;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text());
        out.flush();
        return ExitCode.OK.code();
    }

    private String text() throws IOException {
        if (alarms) {
            return AlarmSchema.text();
        }
        return components ? EditorSchema.catalogText(Set.of("dt-stream", "dt-mqtt", "dt-alarm")) : EditorSchema.text();
    }
}
