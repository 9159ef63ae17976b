package io.github.dtstream.live;

import io.github.dtstream.route.flow.RouteDrawing.Drawn;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Knows the texts of the routes. */
public interface RouteTexts {
    /** Every route of the folder, and every file of which no route runs. */
    List<RouteText> all() throws IOException;

    /**
     * A route as it runs.
     *
     * @param route its id; null for a file of which none runs
     * @param file the name of its file
     * @param yaml the whole file, as it runs
     * @param flow what it does
     * @param counts by the name of a step, what went through each of that name, in the order of the text; a name that is not
     *     counted has none
     * @param refused why its file as it is now does not run; null if it does
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
     * @param diff from what runs to what was written
     */
    record Refused(String message, Instant at, String file, String diff) {}

    /** The value of a text with placeholders; the text where there is none. */
    String resolve(String text);
}
