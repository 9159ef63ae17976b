package io.github.dtstream.app.router;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the router runs, where a unit with {@code Type=notify} waits for it. That takes a datagram to a Unix
 * socket, which Java does not have, so that the program {@code systemd-notify} sends it; the unit needs {@code NotifyAccess=all}.
 * Stateless.
 */
final class SystemdNotice {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotice.class);

    private SystemdNotice() {}

    /**
     * Does nothing where nobody waits; never fails.
     *
     * @param environment the process's
     * @param status what the unit's status line shows
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
