package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.app.command.common.JobOptions;
import io.github.dtstream.gap.FillSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a running router fetch a span of the cloud's event history. */
@Command(
        name = "backfill",
        description = {
            "Makes the running router read a span of the cloud's event history, which goes back 31 days; 30 are sure.",
            "Events that the journal lacks go into it, and from there through every route. Ctrl-C leaves the job running.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class BackfillCommand implements Callable<Integer> {
    private static final Duration HISTORY = Duration.ofDays(31);

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "The stream as list shows it. Default: all streams.",
            defaultValue = "")
    private String stream = "";

    @Mixin
    private JobOptions job = new JobOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        ObjectNode request = job.request(clock);
        sayIfTooOld(request, clock.instant());
        return job.run("backfill", request.put("stream", stream));
    }

    private void sayIfTooOld(ObjectNode request, Instant now) {
        Instant sure = now.minus(FillSettings.DEFAULTS.historyBound()).truncatedTo(ChronoUnit.SECONDS);
        Instant from = Instant.parse(request.get("from").asText());
        Instant to = Instant.parse(request.get("to").asText());
        if (to.isBefore(now.minus(HISTORY))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--to is " + to
                            + "; the cloud's history reaches back 31 days, so that nothing of this span is left");
        }
        if (from.isBefore(sure)) {
            spec.commandLine()
                    .getErr()
                    .println("The cloud's history reaches back 31 days, of which 30 are sure: events before " + sure
                            + " may be missing from what follows.");
        }
    }
}
