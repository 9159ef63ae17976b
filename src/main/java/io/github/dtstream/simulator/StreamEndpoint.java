package io.github.dtstream.simulator;

import io.github.dtstream.simulator.http.HttpError;
import io.github.dtstream.simulator.http.Parameters;
import io.github.dtstream.simulator.http.Request;
import io.github.dtstream.simulator.stream.ErrorShape;
import io.github.dtstream.simulator.stream.OpenStream;
import io.github.dtstream.simulator.stream.StreamErrors;
import io.github.dtstream.simulator.stream.StreamFilter;
import io.github.dtstream.simulator.stream.StreamFraming;
import io.github.dtstream.simulator.stream.StreamHub;
import io.github.dtstream.simulator.stream.StreamItem;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Serves the stream of a project, or of one of its devices. */
final class StreamEndpoint {
    private static final String CLOSING = "closing stream";
    private static final StreamItem.End CUT = new StreamItem.End(new byte[0], false, true);

    private final Project project;
    private final StreamHub hub;
    private final SimulatorSettings settings;
    private final Faults faults;
    private final Clock clock;
    private final AtomicInteger ends = new AtomicInteger();

    StreamEndpoint(Project project, StreamHub hub, SimulatorSettings settings, Faults faults, Clock clock) {
        this.project = project;
        this.hub = hub;
        this.settings = settings;
        this.faults = faults;
        this.clock = clock;
    }

    /** Answers with a stream that begins now and stays open until it is ended. */
    void handle(Request request, @Nullable String deviceId) throws IOException, HttpError, InterruptedException {
        request.requireMethod("GET");
        OpenStream stream = new OpenStream(request, terms(request, deviceId), hub, project::ping, clock);
        if (!project.open(stream)) {
            throw new HttpError(429, "too many streams are open", "5");
        }
        try {
            stream.run();
        } finally {
            hub.remove(stream);
        }
    }

    private OpenStream.Terms terms(Request request, @Nullable String deviceId) throws HttpError {
        Parameters query = request.query();
        StreamFilter filter = StreamFilter.of(query, settings.streamLabels());
        var pingInterval = query.duration("ping_interval");
        if (pingInterval.isPresent() && pingInterval.get().isZero()) {
            pingInterval = Optional.empty();
        }
        Optional<Duration> calm = faults.nextStorm().map(storm -> Duration.between(clock.instant(), storm));
        boolean stormComes = calm.isPresent() && calm.get().compareTo(settings.connectionLife()) < 0;
        return new OpenStream.Terms(
                deviceId == null ? filter : filter.onlyDevice(deviceId),
                StreamFraming.ofAccept(request.header("Accept").orElse("")),
                pingInterval,
                stormComes ? calm.get() : settings.connectionLife(),
                stormComes ? () -> CUT : this::lifetimeEnd,
                settings.streamBuffer(),
                settings.linesPerWrite(),
                request.weather().flatMap(Weather::fading));
    }

    private StreamItem.End lifetimeEnd() {
        return switch (settings.connectionEnd()) {
            case ERROR_WITH_CODE -> errorWithCode();
            case ERROR_WITH_GRPC_CODE -> errorWithGrpcCode();
            case END_OF_BODY -> endOfBody();
            case BY_TURNS ->
                switch (ends.getAndIncrement() % 3) {
                    case 0 -> errorWithCode();
                    case 1 -> errorWithGrpcCode();
                    default -> endOfBody();
                };
        };
    }

    private static StreamItem.End errorWithCode() {
        return new StreamItem.End(StreamErrors.of(ErrorShape.A, 1, CLOSING), true, false);
    }

    private static StreamItem.End errorWithGrpcCode() {
        return new StreamItem.End(StreamErrors.of(ErrorShape.B, 1, CLOSING), false, false);
    }

    private static StreamItem.End endOfBody() {
        return new StreamItem.End(new byte[0], false, false);
    }
}
