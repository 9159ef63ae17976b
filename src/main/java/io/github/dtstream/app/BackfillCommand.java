package io.github.dtstream.app;

import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a running router fetch a span of the cloud's history. */
@Command(
        name = "backfill",
        description = {
            "Has the running router read a span of the cloud's event history, which goes back 30 days at most.",
            "Events that the journal lacks go into it, and from there through every route. Ctrl-C leaves the job running.",
            ""
        },
        mixinStandardHelpOptions = true)
final class BackfillCommand implements Callable<Integer> {
    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "The stream as list shows it. Default: all streams.",
            defaultValue = "")
    private String stream = "";

    @Mixin
    private JobOptions job = new JobOptions();

    @Override
    public Integer call() throws Exception {
        return job.run("backfill", job.request(Clock.systemUTC()).put("stream", stream));
    }
}
