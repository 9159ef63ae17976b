package io.github.dtstream.app.router;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the router runs, if a unit with {@code Type=notify} waits for that. Java cannot send a datagram to
 * a Unix socket, so the program {@code systemd-notify} sends it, and the unit needs {@code NotifyAccess=all}.
 * Stateless.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);

    private SystemdNotice() {}

    /**
     * Sends the notice; does nothing if no unit waits. A failure is logged.
     *
     * @param environment the environment variables of the process
     * @param status the text for the unit's status line
     */
    static void ready(Map<String, String> environment, String status) {
        if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()) {
            return;
        }
        try {
            new ProcessBuilder(List.of("systemd-notify", "--ready", "--status=" + status))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.warn(
                    "systemd waits for a notice that the router runs, and it cannot be sent ({}); install systemd-notify,"
                            + " or set Type=exec in the unit",
                    e.getMessage());
        }
    }
}
