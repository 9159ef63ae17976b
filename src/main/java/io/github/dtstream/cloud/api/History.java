package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The event history of a project's devices. Thread-safe if the API is.
 *
 * <p>The cloud keeps 31 days (30 by its older documents), answers per device only, newest event first, and shows an
 * event up to 10 s after its publication. It is not documented whether a window includes its ends: request a longer
 * window and remove duplicates.
 */
public final class History {
    private static final int PAGE_SIZE = 1000;

    private final CloudApi api;
    private final String path;
    private final int pageSize;

    /**
     * @param api makes the requests, with its retries and rate limit
     * @param projectId only {@code [A-Za-z0-9_-]}
     */
    public History(CloudApi api, String projectId) {
        this(api, projectId, PAGE_SIZE);
    }

    /** @param pageSize how many events a page may have, at most 1000 */
    public History(CloudApi api, String projectId, int pageSize) {
        this.api = api;
        this.path = "projects/" + Identifiers.requireSafe(projectId) + "/devices/";
        this.pageSize = pageSize;
    }

    /**
     * One page of one device's events.
     *
     * @param start the earliest timestamp
     * @param end the first timestamp after the window; must be the same for all pages
     * @param eventTypes empty for all
     * @param pageToken the token of the page; empty for the first
     */
    public HistoryPage page(
            String deviceId, Instant start, Instant end, List<String> eventTypes, Optional<String> pageToken)
            throws CloudException, InterruptedException {
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("start_time", List.of(start.toString()));
        query.put("end_time", List.of(end.toString()));
        query.put("event_types", eventTypes);
        query.put("page_size", List.of(Integer.toString(pageSize)));
        query.put("page_token", pageToken.stream().toList());
        byte[] body = api.get(path + Identifiers.requireSafe(deviceId) + "/events", query);
        try {
            return HistoryPage.parse(body);
        } catch (IOException e) {
            throw JsonStructure.unreadable("the history of device " + deviceId, e);
        }
    }

    /** Passes all pages of a window to the consumer, in the cloud's order. */
    public void forEachPage(String deviceId, Instant start, Instant end, List<String> eventTypes, PageConsumer consumer)
            throws CloudException, InterruptedException, IOException {
        Optional<String> token = Optional.empty();
        do {
            HistoryPage page = page(deviceId, start, end, eventTypes, token);
            consumer.accept(page);
            token = Paging.next("the history of device " + deviceId, token, page.nextPageToken());
        } while (token.isPresent());
    }

    /** Takes pages. Unlike {@link Consumer}, it may throw an exception of the local disk. */
    @FunctionalInterface
    public interface PageConsumer {
        void accept(HistoryPage page) throws IOException;
    }
}
