package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.JobOptions;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a running router deliver a span of its journal to one route again. */
@Command(
        name = "replay",
        description = {
            "Makes the running router deliver the journal's events of a span of time to one subscriber again.",
            "The route's cursor does not move, and new events go on meanwhile. Ctrl-C leaves the job running.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    @Option(
            names = "--subscriber",
            required = true,
            paramLabel = "NAME",
            description = "The subscriber of the route, as in dt-stream's option of that name; list shows them.")
    private String subscriber = "";

    @Mixin
    private JobOptions job = new JobOptions();

    @Override
    public Integer call() throws Exception {
        return job.run("replay", job.request(Clock.systemUTC()).put("subscriber", subscriber));
    }
}
