package io.github.dtstream.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.Answer;
import io.github.dtstream.web.EventStreamResource;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Request;
import io.github.dtstream.web.Resource;
import io.github.dtstream.web.Viewer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** The data of a running router for the page. Thread-safe. */
public final class LiveData implements AutoCloseable {
    private static final int USUAL_TAIL = 200;
    private static final int LONGEST_TAIL = 500;

    private final RouterStatus status;
    private final RunningSeries series;
    private final LiveFrames frames;
    private final NowDocument now;
    private final DevicesDocument devices;
    private final SeriesDocument graphs;
    private final FlowDocument flows;
    private final AlarmTrials trials;

    /**
     * @param dataFolder the router's data folder, in which the values of series are kept, too
     * @param startedAt when the router was started
     * @param version the router's version
     * @param texts the texts of the routes
     */
    public LiveData(
            RouterStatus status,
            Path dataFolder,
            MemoryBudget memory,
            Supervisor supervisor,
            Clock clock,
            Instant startedAt,
            String version,
            RouteTexts texts) {
        this.status = status;
        this.series = new RunningSeries(dataFolder.resolve("series"), memory, supervisor, clock);
        this.now = new NowDocument(status, series, dataFolder, startedAt, version);
        this.devices = new DevicesDocument(status, series, status::alarmServices);
        this.graphs =
                new SeriesDocument(series, status::alarmRules, new PastAlarms(status::alarmServices), status.masking());
        this.flows = new FlowDocument(status, texts);
        this.trials = new AlarmTrials(
                status::alarmRules,
                () -> status.streams().stream().map(AlarmTrials.Past::of).toList(),
                status::now,
                texts::resolve);
        this.frames = new LiveFrames(new Source(), status.masking(), supervisor);
    }

    /** Keeps the values of a stream's devices from now on. */
    public void add(EventStream stream) {
        series.add(stream);
    }

    /** The stream is closed, and others are not. */
    public void remove(EventStream stream) {
        series.remove(stream);
    }

    /** The resources for the page. */
    public List<Resource> resources() {
        return List.of(
                Resource.toRead("/api/now", () -> Answer.json(200, now.json())),
                Resource.toRead("/api/devices", () -> Answer.jsonBytes(200, devices.json())),
                new Resource(
                        "/api/series", request -> Answer.jsonBytes(200, graphs.json(SeriesRequest.of(request))), null),
                new Resource(
                        "/api/series.csv", request -> graphs.csv(SeriesRequest.of(request), separator(request)), null),
                Resource.toRead("/api/routes", () -> Answer.json(200, flows.json())),
                new Resource(
                        "/api/alarms/try",
                        request -> {
                            throw new HttpProblem(405, "this takes POST, with rules and days as JSON");
                        },
                        request -> trials.answer(request.json())),
                new Resource("/api/tail", request -> Answer.jsonBytes(200, tail(request)), null));
    }

    private static char separator(Request request) throws HttpProblem {
        String text = request.parameter("separator").orElse(",");
        if (text.length() != 1 || ",;\t|".indexOf(text) < 0) {
            throw new HttpProblem(400, "separator must be one of , ; | and tab");
        }
        return text.charAt(0);
    }

    private byte[] tail(Request request) throws HttpProblem {
        String text = request.parameter("limit").orElse(Integer.toString(USUAL_TAIL));
        try {
            int limit = Math.max(1, Math.min(LONGEST_TAIL, Integer.parseInt(text)));
            TailReader reader = new TailReader(status.masking());
            return reader.json(TailReader.last(journals(), limit));
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, "limit=" + text + " is not a whole number");
        }
    }

    private List<TailReader.Origin> journals() {
        return status.streams().stream()
                .map(stream -> new TailReader.Origin(stream.name(), stream.journal()))
                .toList();
    }

    /** The newest values of devices as metrics, for that many devices at most. */
    public MetricSource deviceMetrics(int most) {
        return new DeviceMetrics(status, series, most);
    }

    /** The stream of changes for the page. */
    public EventStreamResource events() {
        return new EventStreamResource("/api/live", this::join);
    }

    private void join(Viewer viewer, Request request) throws HttpProblem {
        String after = request.header("last-event-id")
                .or(() -> request.parameter("after"))
                .orElse("");
        try {
            long seen = after.isEmpty() ? Long.MIN_VALUE : Long.parseLong(after.strip());
            frames.join(
                    viewer,
                    seen,
                    request.parameter("tail").filter("true"::equals).isPresent());
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, "after=" + after + " is not the id of a frame");
        }
    }

    /** The source of the frames. */
    private final class Source implements LiveFrames.LiveSource {
        @Override
        public long version() {
            return series.versions().newest();
        }

        @Override
        public long firstVersion() {
            return series.versions().first();
        }

        @Override
        public void changes(long after, SeriesViewer viewer) {
            series.changes(after, viewer);
        }

        @Override
        public ObjectNode status() {
            return now.json();
        }

        @Override
        public ObjectNode alarms() {
            return status.alarmsJson();
        }

        @Override
        public long deviceVersion() {
            return status.streams().stream()
                    .mapToLong(EventStream::deviceVersion)
                    .sum();
        }

        @Override
        public TailReader.Tail tail(TailReader reader, int most) {
            return reader.newest(journals(), most);
        }

        @Override
        public String now() {
            return status.now().toString();
        }
    }

    @Override
    public void close() {
        frames.close();
        series.close();
    }
}
