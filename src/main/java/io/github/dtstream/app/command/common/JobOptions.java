package io.github.dtstream.app.command.common;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of a job in a running router that works on a span of time. */
public final class JobOptions extends RunningJob {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = {"The first event timestamp:", TimeArgument.FORMS + "."})
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "The end of the span, exclusive. Default: ${DEFAULT-VALUE}.",
            defaultValue = "now")
    private String to = "now";

    /** The span as the body of a request. */
    public ObjectNode request(Clock clock) {
        Instant begin = TimeArgument.ofOption(spec(), "--from", from, clock);
        Instant end = TimeArgument.ofOption(spec(), "--to", to, clock);
        if (!begin.isBefore(end)) {
            throw new CommandLine.ParameterException(
                    spec().commandLine(), "--from is " + begin + ", which is not before --to, " + end);
        }
        return new ObjectMapper()
                .createObjectNode()
                .put("from", begin.toString())
                .put("to", end.toString());
    }
}
