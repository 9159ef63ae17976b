package io.github.dtstream.management;

import io.github.dtstream.delivery.SendAgain;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.reject.RejectQuery;
import io.github.dtstream.reject.Rejected;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Sends events again that sinks refused, one at a time, oldest first, each to the route whose sink refused it. A
 * delivered event is recorded as delivered. An event that is refused again gets a new entry in the reject file, and its
 * old entry is settled; if the file takes no new entry, the old one stays open. While a sink is unreachable, the retry waits for it. Used by one thread, once.
 */
final class RefusedRetry {
    private static final Backoff PAUSES = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1));
    static final String DELIVERED = "delivered";
    static final String REFUSED_AGAIN = "refused-again";

    private final Recipients recipients;
    private final Sleeper sleeper;
    private final Job job;

    private long total;
    private long delivered;
    private long refused;
    private long skipped;
    private String why = "";

    RefusedRetry(Recipients recipients, Sleeper sleeper, Job job) {
        this.recipients = recipients;
        this.sleeper = sleeper;
        this.job = job;
    }

    /** Finds what runs at the moment for a subscriber: one for each project that its route reads. */
    @FunctionalInterface
    interface Recipients {
        List<Recipient> of(String subscriber);
    }

    /** The part of a running route that reads a project. */
    record Recipient(String projectId, Sender sender) {}

    /** Sends an event to a route, and waits for the result. */
    @FunctionalInterface
    interface Sender {
        /**
         * @throws IllegalStateException if the route is not running
         * @throws IllegalArgumentException if the reject file does not have the whole event
         */
        SendAgain.Result send(Rejected rejected) throws InterruptedException;
    }

    /** Ends the scan of a reject file from inside its callback. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Interrupted(Exception cause) {
            super(cause);
        }
    }

    /**
     * Sends the selected events.
     *
     * @return the result as a sentence
     * @throws IllegalStateException if an event was refused again or could not be sent; the message has the counts
     */
    String run(List<RejectFile> files, RejectQuery query) throws IOException, InterruptedException {
        for (RejectFile file : files) {
            file.scan(query, rejected -> {
                total += rejected.subscriber().isPresent() ? 1 : 0;
                return true;
            });
        }
        try {
            for (RejectFile file : files) {
                file.scan(query, rejected -> {
                    retry(file, rejected);
                    return true;
                });
            }
        } catch (Interrupted e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw (InterruptedException) new InterruptedException().initCause(e);
        }
        if (refused + skipped > 0) {
            throw new IllegalStateException(sentence());
        }
        return total == 0 ? "there is nothing to be sent again" : sentence();
    }

    private void retry(RejectFile file, Rejected rejected) {
        if (rejected.subscriber().isEmpty()) {
            return;
        }
        try {
            send(file, rejected, rejected.subscriber().get());
        } catch (IOException | InterruptedException e) {
            throw new Interrupted(e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            skipped++;
            why = "; not sent: " + rejected.id() + ", " + e.getMessage();
        }
        report("");
    }

    private void send(RejectFile file, Rejected rejected, String subscriber) throws IOException, InterruptedException {
        int attempts = 0;
        while (true) {
            SendAgain.Result result = recipient(subscriber, rejected).sender().send(rejected);
            switch (result.outcome()) {
                case DELIVERED -> {
                    file.settle(rejected, DELIVERED);
                    delivered++;
                    return;
                }
                case REFUSED -> {
                    file.settle(rejected, REFUSED_AGAIN);
                    refusedAgain("the last reason: " + result.reason());
                    return;
                }
                case NOT_KEPT -> {
                    refusedAgain("the reject file took no new entry, so the old one stays: " + result.reason());
                    return;
                }
                default -> {
                    report("; trying again: " + result.reason());
                    attempts++;
                    sleeper.sleep(PAUSES.bound(attempts));
                }
            }
        }
    }

    private void refusedAgain(String reason) {
        refused++;
        why = "; " + reason;
    }

    /** That of the subscriber which reads the event's project. */
    private Recipient recipient(String subscriber, Rejected rejected) {
        List<Recipient> all = recipients.of(subscriber);
        if (all.size() == 1) {
            return all.get(0);
        }
        // PROJECT/STREAM, or COMPONENT:PROJECT/STREAM
        String project = rejected.detail("stream").replaceFirst("^[^/]*:", "").replaceFirst("/.*", "");
        return all.stream()
                .filter(one -> one.projectId().equals(project))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no route with the subscriber " + subscriber
                        + (all.isEmpty() ? "" : " that reads the project " + project) + " is running"));
    }

    private void report(String more) {
        long done = delivered + refused + skipped;
        job.running(total == 0 ? 0 : (int) Math.min(99, 100 * done / total), sentence() + more);
    }

    private String sentence() {
        return delivered + " of " + total + (total == 1 ? " event" : " events") + " delivered"
                + (refused == 0 ? "" : ", " + refused + " refused again")
                + (skipped == 0 ? "" : ", " + skipped + " not sent")
                + why;
    }
}
