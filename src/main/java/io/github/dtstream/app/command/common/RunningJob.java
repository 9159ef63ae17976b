package io.github.dtstream.app.command.common;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.text.Printable;
import io.github.dtstream.time.Sleeper;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The base of commands that start a job in a running router and watch it. */
public class RunningJob {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    @Mixin
    private DataFolder data = new DataFolder();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    CommandSpec spec() {
        return spec;
    }

    /** Starts the job and prints its progress until it ends; returns the exit code. */
    public int run(String kind, JsonNode request) throws ConfigurationException, InterruptedException {
        RouterClient router = data.router();
        PrintWriter out = spec.commandLine().getOut();
        JsonNode job = router.post("/jobs/" + kind, request);
        String id = job.get("id").asText();
        out.println("Job " + id + ": " + Printable.line(job.get("title").asText()));
        out.flush();
        Thread hook = new Thread(() -> leave(id), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return watch(router, id, out);
        } finally {
            forget(hook);
        }
    }

    private static int watch(RouterClient router, String id, PrintWriter out)
            throws ConfigurationException, InterruptedException {
        String last = "";
        while (true) {
            JsonNode job = router.get("/jobs/" + id);
            String state = job.get("state").asText();
            String message = Printable.line(job.get("message").asText());
            if (state.equals("done") || state.equals("failed")) {
                out.println("Job " + id + (state.equals("done") ? " is done: " : " failed: ") + message);
                out.flush();
                return (state.equals("done") ? ExitCode.OK : ExitCode.FINDINGS).code();
            }
            String line = String.format("%3d %%  %s", job.get("percent").asInt(), message);
            if (!line.equals(last)) {
                out.println(line);
                out.flush();
                last = line;
            }
            Sleeper.SYSTEM.sleep(LOOK_EVERY);
        }
    }

    private void leave(String id) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Job " + id + " goes on in the router; list shows how far it is.");
        out.flush();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down already and runs the hook.
        }
    }
}
