package io.github.dtstream.live;

import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the texts of the routes. Thread-safe. */
public interface RouteTexts {
    /** Every route of the folder, and every file without a running route. */
    List<RouteText> all() throws IOException;

    /**
     * A running route, or a file without one.
     *
     * @param route its id; null for a file without a running route
     * @param file the name of its file
     * @param yaml the whole text of the file that runs
     * @param flow its steps
     * @param counts by the name of a step: the number of messages of each step of that name, in the order of the text;
     *     steps that are not counted are missing
     * @param refused why the current text of its file does not run; null if it runs
     */
    record RouteText(
            @Nullable String route,
            String file,
            String yaml,
            List<Drawn> flow,
            Map<String, List<Long>> counts,
            @Nullable Refused refused) {
        public RouteText {
            flow = List.copyOf(flow);
            counts = Map.copyOf(counts);
        }
    }

    /**
     * An edit that is not in effect.
     *
     * @param message what is wrong, where, and what to write instead
     * @param diff the difference from the running text to the edited one
     */
    record Refused(String message, Instant at, String file, String diff) {}

    /** A text with its placeholders replaced; unchanged if one of them has no value. */
    String resolve(String text);
}
