package io.github.dtstream.management;

import io.github.dtstream.web.Answer;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Request;
import io.github.dtstream.web.Resource;
import io.github.dtstream.web.Resource.Handler;
import io.github.dtstream.web.Resource.Reading;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP resources about the whole router: {@code /health} with {@code /health/live} and {@code /health/ready},
 * {@code /metrics} in Prometheus' text format, {@code /routes}, {@code /gaps}, {@code /rejected}, {@code /jobs},
 * {@code /alarms}. Health and metrics are also under {@code /observe}, where Camel's observability services have them.
 * Thread-safe.
 */
public final class ManagementResources implements AutoCloseable {
    private final RouterStatus status;
    private final Jobs jobs;
    private final AlarmRequests alarms;
    private final List<MetricSource> metricSources;

    /** Guarded by this. Made at the first request for it, as that takes a while. */
    private @Nullable Metrics metrics;

    /**
     * @param status the source of the answers
     * @param jobs the jobs that requests start
     * @param metricSources further metrics
     */
    public ManagementResources(RouterStatus status, Jobs jobs, List<MetricSource> metricSources) {
        this.status = status;
        this.jobs = jobs;
        this.metricSources = List.copyOf(metricSources);
        this.alarms = new AlarmRequests(status);
    }

    /** All resources. */
    public List<Resource> all() {
        Reading health = () -> health(status.health());
        Handler live = request -> health(status.liveness(), request);
        Handler ready = request -> health(status.readiness(), request);
        Reading scrape = () -> Answer.text(
                200, "text/plain; version=0.0.4; charset=utf-8", metrics().scrape());
        return List.of(
                Resource.probe("/health", health),
                Resource.openProbe("/health/live", live),
                Resource.openProbe("/health/ready", ready),
                Resource.toRead(
                        "/routes", () -> Answer.json(200, status.routesJson().set("jobs", jobs.all()))),
                Resource.toRead("/gaps", () -> Answer.json(200, status.gapsJson())),
                Resource.toRead("/metrics", scrape),
                new Resource("/rejected", this::rejected, null),
                new Resource("/alarms", request -> alarms.list(), request -> alarms.command(request.json())),
                new Resource("/alarms/history", alarms::history, null),
                Resource.toRead("/jobs", () -> Answer.json(200, jobs.all())),
                new Resource("/jobs/*", this::job, this::startJob),
                Resource.probe("/observe/health", health),
                Resource.openProbe("/observe/health/live", live),
                Resource.openProbe("/observe/health/ready", ready),
                Resource.toRead("/observe/metrics", scrape));
    }

    private Answer health(List<Health> parts) {
        boolean down = RouterStatus.overall(parts) == Health.Status.DOWN;
        return Answer.json(down ? 503 : 200, status.json(parts));
    }

    /** A request without credentials gets the status, and not the messages. */
    private Answer health(List<Health> parts, Request request) {
        return request.isTrusted() ? health(parts) : health(RouterStatus.bare(parts));
    }

    private synchronized Metrics metrics() {
        if (metrics == null) {
            metrics = new Metrics(status, metricSources);
        }
        return metrics;
    }

    private Answer rejected(Request request) throws IOException, HttpProblem {
        return Answer.json(200, RejectedList.of(status.rejectFiles(), request));
    }

    private Answer job(Request request) throws HttpProblem {
        return Answer.json(200, jobs.get(request.name()));
    }

    private Answer startJob(Request request) throws HttpProblem {
        return Answer.json(202, jobs.start(request.name(), request.json()));
    }

    @Override
    public void close() {
        jobs.close();
        synchronized (this) {
            if (metrics != null) {
                metrics.close();
            }
        }
    }
}
