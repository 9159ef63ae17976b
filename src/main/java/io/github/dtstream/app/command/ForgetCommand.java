package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.RouterClient;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.text.ReadableDuration;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a running router delete the cursor of a subscriber whose route was removed or renamed. */
@Command(
        name = "forget",
        description = {
            "Makes the running router forget a subscriber that no route uses any more. Its events need not be kept then.",
            "Without --yes it only says how many events would not be delivered.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class ForgetCommand implements Callable<Integer> {
    @Option(
            names = "--subscriber",
            required = true,
            paramLabel = "NAME",
            description = "The subscriber; list shows those that no route uses.")
    private String subscriber = "";

    @Option(names = "--yes", description = "Do it.")
    private boolean confirmed;

    @Mixin
    private DataFolder data = new DataFolder();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        RouterClient router = data.router();
        PrintWriter out = spec.commandLine().getOut();
        boolean known = false;
        for (JsonNode retired : router.get("/routes").path("retired")) {
            if (retired.path("subscriber").asText().equals(subscriber)) {
                known = true;
                out.println(subscriber + " of " + retired.path("stream").asText() + " was last used "
                        + age(retired) + " ago; " + retired.path("lag").asLong()
                        + " events wait for it, which will then not be delivered.");
            }
        }
        out.flush();
        if (known && !confirmed) {
            out.println("Nothing was done. To forget it, add --yes.");
            out.flush();
            return ExitCode.FINDINGS.code();
        }
        JsonNode job = router.post(
                "/jobs/forget", new ObjectMapper().createObjectNode().put("subscriber", subscriber));
        out.println(job.get("message").asText());
        out.flush();
        return (job.get("state").asText().equals("done") ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private static String age(JsonNode retired) {
        return ReadableDuration.of(
                Duration.ofSeconds(retired.path("idleSeconds").asLong()));
    }
}
