package io.github.dtstream.simulator;

import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.PageToken;
import io.github.dtstream.simulator.http.Parameters;
import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.weather.Weather;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Serves the past events of a device, newest first. */
final class HistoryEndpoint {
    private static final int MAX_PAGE = 1000;
    private static final Duration DEFAULT_SPAN = Duration.ofDays(1);

    private final Project project;
    private final Clock clock;

    HistoryEndpoint(Project project, Clock clock) {
        this.project = project;
        this.clock = clock;
    }

    void handle(Request request, Device device) throws IOException, HttpError {
        request.requireMethod("GET");
        if (request.meets(Weather.DEVICE_NOT_FOUND)) {
            throw new HttpError(404, "device not found");
        }
        Parameters parameters = request.query();
        Instant now = clock.instant();
        Instant end = parameters.time("end_time", now);
        History.Query query = new History.Query(
                device.id(),
                parameters.time("start_time", now.minus(DEFAULT_SPAN)),
                end,
                Set.copyOf(parameters.list("event_types")));
        int size = parameters.pageSize(MAX_PAGE);
        Optional<String> token = parameters.scalar("page_token");
        History.Place from = token.isPresent() ? place(token.get()) : new History.Place(end, Long.MAX_VALUE);

        List<SimulatedEvent> found = project.history().page(query, from, size + 1);
        boolean more = found.size() > size;
        List<SimulatedEvent> page = more ? found.subList(0, size) : found;
        request.answer(200, body(page, more ? tokenAfter(page.get(page.size() - 1)) : ""));
    }

    private static byte[] body(List<SimulatedEvent> events, String nextToken) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(64 + 400 * events.size());
        body.writeBytes("{\"events\":[".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                body.write(',');
            }
            body.writeBytes(events.get(i).json());
        }
        body.writeBytes(("],\"nextPageToken\":\"" + nextToken + "\"}").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private static String tokenAfter(SimulatedEvent last) {
        return PageToken.of(last.timestamp() + " " + last.sequence());
    }

    private static History.Place place(String token) throws HttpError {
        String[] parts = PageToken.place(token).split(" ");
        try {
            if (parts.length == 2) {
                return new History.Place(Instant.parse(parts[0]), Long.parseLong(parts[1]));
            }
        } catch (DateTimeException | NumberFormatException e) {
            throw PageToken.invalid();
        }
        throw PageToken.invalid();
    }
}
