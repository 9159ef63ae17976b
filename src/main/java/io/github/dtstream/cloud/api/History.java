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
 * The event history of a project's devices. Thread-safe if the API given is.
 *
 * <p>The cloud keeps 31 days (30 in its older documents), answers per device only, newest event first, and shows an event
 * up to 10 s after it was published. Whether the ends of a window belong to it is not documented: ask for more and remove
 * duplicates.
 */
public final class History {
    private static final int PAGE_SIZE = 1000;

    private final CloudApi api;
    private final String path;
    private final int pageSize;

    /**
     * @param api makes the requests; its retries and its rate are the history's
     * @param projectId of {@code [A-Za-z0-9_-]}
     */
    public History(CloudApi api, String projectId) {
        this(api, projectId, PAGE_SIZE);
    }

    /** @param pageSize how many events a page may have; 1000 at most */
    public History(CloudApi api, String projectId, int pageSize) {
        this.api = api;
        this.path = "projects/" + Identifiers.requireSafe(projectId) + "/devices/";
        this.pageSize = pageSize;
    }

    /**
     * One page of one device's events.
     *
     * @param start events stamped at or after it
     * @param end events stamped before it; must be the same on all pages
     * @param eventTypes empty for all
     * @param pageToken names the page; the first where it is empty
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

    /** Hands over all pages of a window, in the cloud's order. */
    public void forEachPage(String deviceId, Instant start, Instant end, List<String> eventTypes, PageConsumer consumer)
            throws CloudException, InterruptedException, IOException {
        Optional<String> token = Optional.empty();
        do {
            HistoryPage page = page(deviceId, start, end, eventTypes, token);
            consumer.accept(page);
            token = Paging.next("the history of device " + deviceId, token, page.nextPageToken());
        } while (token.isPresent());
    }

    /** Takes pages; like {@link Consumer}, but may fail on its own disk. */
    @FunctionalInterface
    public interface PageConsumer {
        void accept(HistoryPage page) throws IOException;
    }
}
