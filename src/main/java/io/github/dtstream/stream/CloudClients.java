package io.github.dtstream.stream;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.RateLimitedApi;
import io.github.dtstream.cloud.api.RequestBudget;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients of the cloud, one for each service account, each made when the first stream needs it. Thread-safe. */
final class CloudClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CloudClients.class);

    private final CloudOptions cloud;
    private final Function<String, CloudOptions> accounts;
    private final CloudClock clock;
    private final Supervisor supervisor;
    /** One budget for all accounts, as it is not known whether the cloud's limit is per account. */
    private final RequestBudget budget;
    /** By account; guarded by this. */
    private final Map<String, Cloud> reached = new TreeMap<>();

    /**
     * @param cloud how to reach the cloud
     * @param accounts the same with the service account of a project
     */
    CloudClients(CloudOptions cloud, Function<String, CloudOptions> accounts, CloudClock clock, Supervisor supervisor) {
        this.cloud = cloud;
        this.accounts = accounts;
        this.clock = clock;
        this.supervisor = supervisor;
        this.budget = RequestBudget.of(cloud.historyRequestsPerSecond(), Sleeper.SYSTEM);
    }

    /**
     * The clients of one account.
     *
     * @param rateLimited for history and device lists
     */
    record Cloud(CloudClient client, CloudApi rateLimited) {}

    /** The name of a project's service account; empty text for the account without a name. */
    String account(String projectId) {
        return accounts.apply(projectId).account();
    }

    /**
     * The clients for a stream; null if only pushes are wanted and no service account is set.
     *
     * @throws IllegalArgumentException if a credential is missing, or credentials must not be sent to a URL
     */
    synchronized @Nullable Cloud reach(StreamSettings settings) {
        CloudOptions asked = accounts.apply(settings.projectId());
        Cloud known = reached.get(asked.account());
        if (known != null || (!settings.streaming() && !asked.namesAccount())) {
            return known;
        }
        CloudClient client = asked.client(clock, supervisor);
        if (cloud.proxies().proxy() != null && reached.isEmpty()) {
            LOG.info(
                    "the cloud is reached through the proxy {}, which {} names",
                    cloud.proxies().proxy(),
                    cloud.proxies().source());
        }
        Cloud made = new Cloud(client, new RateLimitedApi(client, budget));
        reached.put(asked.account(), made);
        return made;
    }

    @Override
    public void close() {
        List<Cloud> leaving;
        synchronized (this) {
            leaving = List.copyOf(reached.values());
        }
        leaving.forEach(asked -> asked.client().close());
    }
}
