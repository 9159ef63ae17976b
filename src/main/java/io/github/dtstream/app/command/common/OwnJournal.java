package io.github.dtstream.app.command.common;

import io.github.dtstream.app.settings.Setting;
import java.util.Map;

/**
 * Settings of a command that runs the routes beside the router. Journals in Kafka would be the router's own: opening one takes
 * it away from the router, and what the command reads would count as delivered. Stateless.
 */
public final class OwnJournal {
    /** Keeps the journals in the command's own folder. The rest has to be checked before, as the group does not go with it. */
    public static final Map<String, String> SETTINGS = Map.of(Setting.JOURNAL.key(), "local");

    private OwnJournal() {}
}
