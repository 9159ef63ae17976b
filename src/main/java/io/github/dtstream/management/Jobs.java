package io.github.dtstream.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.camel.JournalConsumer;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.delivery.batch.Replay;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.management.RouterStatus.NamedJournal;
import io.github.dtstream.management.RouterStatus.RouteDelivery;
import io.github.dtstream.reject.RejectQuery;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.text.NearestName;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.web.HttpProblem;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that a running router does on request: a replay delivers a span of the journal to one subscriber again, a
 * retry sends again what sinks refused, a backfill fetches a span of history for all routes. Replays and retries run
 * one after another, and so do backfills; a job does not survive the process. Thread-safe.
 */
public final class Jobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int KEPT = 100;
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final String STOPPED = "the router was stopped";

    private final RouterStatus status;
    private final Clock clock;
    private final ObjectMapper mapper = new ObjectMapper();
    private final ExecutorService replays;
    private final ExecutorService backfills;

    /** Guarded by this: newest last. */
    private final Deque<Job> jobs = new ArrayDeque<>();
    /** Guarded by this. */
    private int started;

    /**
     * @param status gives the routes and streams to work on
     * @param supervisor makes the threads
     */
    public Jobs(RouterStatus status, Clock clock, Supervisor supervisor) {
        this.status = status;
        this.clock = clock;
        replays = supervisor.pool(1, "replay", "a replay was given up");
        backfills = supervisor.pool(1, "backfill", "a backfill was given up");
    }

    /** The work of a job; returns the result as a sentence, or throws if it cannot be done. */
    private interface Work {
        String run(Job job) throws Exception;
    }

    private record Span(Instant from, Instant to) {
        @Override
        public String toString() {
            return from + " to " + to;
        }
    }

    /**
     * Starts a job.
     *
     * @param kind {@code replay}, {@code backfill}, {@code rejected-retry} or {@code forget}
     * @param request for a replay {@code from}, {@code to} and {@code subscriber}; for a backfill {@code from},
     *     {@code to} and optionally {@code stream}; for a retry optionally {@code subscriber}, {@code from}, {@code to},
     *     {@code reason} and {@code ids}, which select records; for a forget {@code subscriber}
     * @return the job as JSON
     * @throws HttpProblem 404 if the kind, subscriber or stream is unknown, 400 if a time is not one, 503 while stopping
     */
    ObjectNode start(String kind, JsonNode request) throws HttpProblem {
        Job job =
                switch (kind) {
                    case "replay" -> replay(request.path("subscriber").asText(), span(request));
                    case "backfill" -> backfill(streams(request.path("stream").asText()), span(request));
                    case "rejected-retry" -> retry(RejectedList.query(request));
                    case "forget" -> forget(request.path("subscriber").asText());
                    default ->
                        throw new HttpProblem(
                                404,
                                "there is no such kind of job; there are replay, backfill, rejected-retry and forget");
                };
        return json(job);
    }

    /** All jobs, the newest last. */
    synchronized ArrayNode all() {
        ArrayNode all = mapper.createArrayNode();
        jobs.forEach(job -> all.add(json(job)));
        return all;
    }

    synchronized ObjectNode get(String id) throws HttpProblem {
        return jobs.stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .map(this::json)
                .orElseThrow(() -> new HttpProblem(404, "there is no job " + id));
    }

    private Job replay(String subscriber, Span span) throws HttpProblem {
        consumers(subscriber);
        return submit(replays, "replay to " + subscriber + ", " + span, job -> {
            long delivered = 0;
            for (JournalConsumer consumer : consumers(subscriber)) {
                Replay replay = consumer.replay(span.from(), span.to());
                boolean complete = replay.run(LOOK, now -> tell(now, job));
                delivered += replay.progress().delivered();
                if (!complete) {
                    throw new IllegalStateException("the route was stopped or exchanged after " + delivered
                            + " events; start the replay again for the rest");
                }
            }
            return delivered == 0
                    ? "the journal holds no events of that time; what the cloud still has, backfill fetches"
                    : delivered + " events were delivered again";
        });
    }

    private static void tell(Replay.Progress now, Job job) {
        String failure = now.lastFailure() == null ? "" : "; trying again: " + now.lastFailure();
        job.running(now.percent(), now.delivered() + " events delivered" + failure);
    }

    private Job retry(RejectQuery query) throws HttpProblem {
        if (!query.subscriber().isEmpty()) {
            consumers(query.subscriber());
        }
        // Records that are refused while the retry runs are left to the next retry.
        RejectQuery before = query.before(clock.instant());
        String whose = query.subscriber().isEmpty() ? "" : " of " + query.subscriber();
        return submit(
                replays,
                "retry of what was refused" + whose,
                job -> new RefusedRetry(this::recipients, Sleeper.SYSTEM, job).run(status.rejectFiles(), before));
    }

    private List<RefusedRetry.Recipient> recipients(String subscriber) {
        return status.consumers(subscriber).stream()
                .map(consumer -> new RefusedRetry.Recipient(consumer.projectId(), consumer::sendAgain))
                .toList();
    }

    /** Makes the journals forget a subscriber; the job is done when this returns. */
    private Job forget(String subscriber) throws HttpProblem {
        List<NamedJournal> holders = status.journals().stream()
                .filter(journal -> journal.subscriber(subscriber).isPresent())
                .toList();
        if (holders.isEmpty()) {
            List<String> known = status.journals().stream()
                    .flatMap(journal -> journal.journal().status().subscribers().stream())
                    .map(JournalStatus.Subscriber::name)
                    .distinct()
                    .toList();
            throw new HttpProblem(404, unknown("subscriber", subscriber, known));
        }
        Job job = noted("forget " + subscriber);
        run(job, begun -> {
            List<String> done = new ArrayList<>();
            for (NamedJournal holder : holders) {
                long lag = holder.subscriber(subscriber)
                        .map(JournalStatus.Subscriber::lag)
                        .orElse(0L);
                try {
                    holder.journal().removeSubscriber(subscriber);
                } catch (IllegalStateException e) {
                    throw new IllegalStateException(
                            "a route of " + holder.name() + " uses it; remove the route first", e);
                }
                done.add(holder.name() + ": forgotten, with " + lag + " events that it had not delivered");
            }
            return String.join("; ", done);
        });
        return job;
    }

    private synchronized Job noted(String title) {
        started++;
        Job job = new Job(Integer.toString(started), title, clock.instant());
        jobs.addLast(job);
        while (jobs.size() > KEPT) {
            jobs.removeFirst();
        }
        return job;
    }

    /** The consumers of a subscriber, one for each project that its route reads. */
    private List<JournalConsumer> consumers(String subscriber) throws HttpProblem {
        List<JournalConsumer> found = status.consumers(subscriber);
        if (!found.isEmpty()) {
            return found;
        }
        List<String> known = status.deliveries().stream()
                .map(RouteDelivery::status)
                .map(delivery -> delivery.subscriber())
                .distinct()
                .sorted()
                .toList();
        throw new HttpProblem(404, unknown("subscriber", subscriber, known));
    }

    private Job backfill(List<EventStream> streams, Span span) throws HttpProblem {
        String names = streams.stream().map(EventStream::name).collect(Collectors.joining(", "));
        return submit(backfills, "backfill of " + names + ", " + span, job -> {
            long found = 0;
            long added = 0;
            StringBuilder problems = new StringBuilder();
            for (EventStream stream : streams) {
                try {
                    FillProgress result = stream.backfill(
                            span.from(), span.to(), progress -> job.running(progress.percent(), sentence(progress)));
                    found += result.eventsFound();
                    added += result.eventsNew();
                    note(problems, "not read", result.reasons());
                } catch (CloudException e) {
                    if (streams.size() == 1) {
                        throw e;
                    }
                    // The failure may concern this stream's account only, so the other streams go on.
                    note(
                            problems,
                            "not read",
                            List.of(stream.name() + ": " + e.fault().summary()));
                }
            }
            String outcome = found + " events found, " + added + " of them new and on their way to the routes";
            if (problems.length() > 0) {
                throw new IllegalStateException(outcome + problems);
            }
            return outcome;
        });
    }

    private static String sentence(FillProgress progress) {
        return progress.devicesDone() + " of " + progress.devicesTotal() + " devices, " + progress.eventsFound()
                + " events found, " + progress.eventsNew() + " of them new";
    }

    private static void note(StringBuilder problems, String what, List<String> devices) {
        if (!devices.isEmpty()) {
            problems.append("; ")
                    .append(what)
                    .append(": ")
                    .append(String.join("; ", devices))
                    .append(". Run backfill again when that is mended");
        }
    }

    private List<EventStream> streams(String name) throws HttpProblem {
        List<EventStream> all = status.streams();
        if (name.isEmpty()) {
            if (all.isEmpty()) {
                throw new HttpProblem(404, "no running route reads a stream (from: dt-stream:PROJECT)");
            }
            return all;
        }
        List<EventStream> named =
                all.stream().filter(stream -> stream.name().equals(name)).toList();
        if (named.isEmpty()) {
            List<String> known = all.stream().map(EventStream::name).toList();
            throw new HttpProblem(404, unknown("stream", name, known));
        }
        return named;
    }

    private static String unknown(String what, String name, List<String> known) {
        String question =
                NearestName.question(name, known).map(asked -> "; " + asked).orElse(".");
        return "there is no " + what + " '" + name + "'" + question
                + (known.isEmpty() ? " None is running." : " There are: " + String.join(", ", known) + ".");
    }

    private Span span(JsonNode request) throws HttpProblem {
        try {
            Span span = new Span(
                    Instant.parse(request.path("from").asText()),
                    Instant.parse(request.path("to").asText()));
            if (!span.from().isBefore(span.to())) {
                throw new HttpProblem(400, "from is " + span.from() + ", which is not before to, " + span.to());
            }
            return span;
        } catch (DateTimeException e) {
            throw new HttpProblem(400, "from and to must be times such as 2026-01-31T08:00:00Z: " + e.getMessage());
        }
    }

    private synchronized Job submit(ExecutorService worker, String title, Work work) throws HttpProblem {
        if (worker.isShutdown()) {
            throw new HttpProblem(503, "the router is stopping");
        }
        Job job = noted(title);
        worker.execute(() -> run(job, work));
        return job;
    }

    private void run(Job job, Work work) {
        if (!job.begin()) {
            return;
        }
        LOG.info("Job {} begins: {}", job.id(), job.title());
        try {
            job.done(work.run(job), clock.instant());
            LOG.info("Job {} is done: {}", job.id(), job.snapshot().message());
        } catch (InterruptedException e) {
            failed(job, STOPPED);
            Thread.currentThread().interrupt();
        } catch (CloudException e) {
            failed(job, "the cloud refuses it: " + e.fault().summary());
        } catch (IOException e) {
            // Files that are read while the thread is interrupted fail, too.
            failed(job, Thread.currentThread().isInterrupted() ? STOPPED : "the local disk fails: " + e);
        } catch (HttpProblem | IllegalStateException e) {
            failed(job, String.valueOf(e.getMessage()));
        } catch (Exception | Error e) {
            LOG.error("Job {} failed unexpectedly", job.id(), e);
            job.failed(e.toString(), clock.instant());
        }
    }

    private void failed(Job job, String why) {
        job.failed(why, clock.instant());
        LOG.warn("Job {} failed: {}", job.id(), why);
    }

    private ObjectNode json(Job job) {
        Job.Snapshot now = job.snapshot();
        ObjectNode json = mapper.createObjectNode()
                .put("id", job.id())
                .put("title", job.title())
                .put("asked", job.asked().toString())
                .put("state", now.state().label())
                .put("percent", now.percent())
                .put("message", now.message());
        if (now.ended() != null) {
            json.put("ended", now.ended().toString());
        }
        return json;
    }

    /** Ends running and waiting jobs; each tells its end. */
    @Override
    public synchronized void close() {
        replays.shutdownNow();
        backfills.shutdownNow();
        for (Job job : jobs) {
            if (job.giveUp(STOPPED + " before the job began", clock.instant())) {
                LOG.warn("Job {} failed: {}", job.id(), job.snapshot().message());
            }
        }
    }
}
