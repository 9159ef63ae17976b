package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.time.Sleeper;
import java.util.List;
import java.util.Map;

/** Makes requests under a budget: each waits for its turn. Thread-safe. */
public final class RateLimitedApi implements CloudApi {
    private static final int TOO_MANY_REQUESTS = 429;

    private final CloudApi api;
    private final RequestBudget budget;

    /** @param budget shared by all whose requests count together */
    public RateLimitedApi(CloudApi api, RequestBudget budget) {
        this.api = api;
        this.budget = budget;
    }

    /** Makes requests under a budget of its own. */
    public static RateLimitedApi of(CloudApi api, double requestsPerSecond, Sleeper sleeper) {
        return new RateLimitedApi(api, RequestBudget.of(requestsPerSecond, sleeper));
    }

    @Override
    public byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException {
        budget.awaitTurn();
        try {
            return api.get(path, query);
        } catch (CloudException e) {
            if (e.fault().status().orElse(0) == TOO_MANY_REQUESTS) {
                budget.hold(e.fault().minimumDelay());
            }
            throw e;
        }
    }
}
