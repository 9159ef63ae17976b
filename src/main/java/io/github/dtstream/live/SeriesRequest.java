package io.github.dtstream.live;

import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request for the values of some series over a span. Immutable.
 *
 * @param from the begin of the span, in milliseconds since 1970
 * @param to the end of the span, exclusive
 * @param width the width of the graph in pixels
 */
record SeriesRequest(List<SeriesKey> keys, long from, long to, int width) {
    private static final int MOST_SERIES = 20;
    private static final int USUAL_WIDTH = 1_000;
    private static final int LARGEST_WIDTH = 4_000;
    private static final long LONGEST_MILLIS = 10L * 366 * 24 * 3_600_000;

    static SeriesRequest of(Request request) throws HttpProblem {
        Set<SeriesKey> keys = new LinkedHashSet<>();
        for (String name : request.parameters("series")) {
            keys.add(SeriesKey.of(name)
                    .orElseThrow(() -> new HttpProblem(
                            400,
                            "series=" + name + " is not of the form DEVICE/QUANTITY; quantities are "
                                    + Arrays.stream(Quantity.values())
                                            .map(Quantity::key)
                                            .collect(Collectors.joining(", ")))));
        }
        if (keys.isEmpty() || keys.size() > MOST_SERIES) {
            throw new HttpProblem(
                    400,
                    "ask for 1 to " + MOST_SERIES + " series, as series=DEVICE/QUANTITY for each; these are "
                            + keys.size());
        }
        long from = number(request, "from", Long.MIN_VALUE);
        long to = number(request, "to", Long.MIN_VALUE);
        if (from < 0 || to <= from || to - from > LONGEST_MILLIS) {
            throw new HttpProblem(
                    400,
                    "from and to are the span in milliseconds since 1970: from before to, and ten years apart at most");
        }
        long width = number(request, "width", USUAL_WIDTH);
        return new SeriesRequest(new ArrayList<>(keys), from, to, (int) Math.max(1, Math.min(LARGEST_WIDTH, width)));
    }

    private static long number(Request request, String name, long otherwise) throws HttpProblem {
        String text = request.parameter(name).orElse("");
        try {
            return text.isEmpty() ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, name + "=" + text + " is not a whole number");
        }
    }
}
