package io.github.dtstream.camel;

import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.camel.held.StreamHost;
import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cluster.RouterGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.push.PushRefusals;
import io.github.dtstream.push.PushSignature;
import io.github.dtstream.stream.CloudOptions;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.spi.annotations.Component;
import org.jspecify.annotations.Nullable;

/** Holds what all {@code dt-stream} endpoints share: the credentials, the data folder and the streams. */
@Component("dt-stream")
public class DtStreamComponent extends DtStreamComponentOptions implements StreamHost {
    private static final String NAME = "dt-stream";
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    /** The interval of checks whether a batch takes far too long; such a batch is logged after a minute. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final int LOOKS = 4;

    private static final int AFTER_APPENDS = 4;

    private final CloudClock clock = CloudClock.system();
    private final StopGrace stopGrace;
    private final Ticker ticker;
    /** The component's name in the context, which may have several of this kind. */
    private volatile String name = NAME;
    /** Guarded by this. */
    private @Nullable EventStreams streams;
    /** Guarded by this. */
    private @Nullable Supervisor supervisor;

    private @Nullable MemoryBudget memory;
    /** Guarded by this. */
    private @Nullable ScheduledExecutorService looks;

    /** Guarded by this. */
    private @Nullable ScheduledExecutorService afterAppends;

    /** The named accounts that endpoints want, by project. */
    private final Map<String, Set<String>> wanted = new ConcurrentHashMap<>();

    /** The producers of running routes. */
    private final Set<DtStreamProducer> feeders = ConcurrentHashMap.newKeySet();

    private final PushRefusals pushRefusals = new PushRefusals();

    /** Guarded by this. */
    private @Nullable HeldStreams held;

    private final List<Runnable> beforeBegin = new CopyOnWriteArrayList<>();
    /** Whether all routes have subscribed. Guarded by this. */
    private boolean begun;

    public DtStreamComponent() {
        this(new StopGrace(STOP_GRACE, Ticker.SYSTEM));
    }

    public DtStreamComponent(CamelContext context) {
        super(context);
        this.stopGrace = new StopGrace(STOP_GRACE, Ticker.SYSTEM);
        this.ticker = Ticker.SYSTEM;
    }

    DtStreamComponent(StopGrace stopGrace) {
        this(stopGrace, Ticker.SYSTEM);
    }

    /** @param ticker measures how long a stream of a group is not received */
    DtStreamComponent(StopGrace stopGrace, Ticker ticker) {
        this.stopGrace = stopGrace;
        this.ticker = ticker;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DtStreamConfiguration copy = getConfiguration().copy();
        copy.setProjectId(remaining);
        name = uri.substring(0, uri.indexOf(':'));
        DtStreamEndpoint endpoint = new DtStreamEndpoint(uri, this, copy);
        setProperties(endpoint, parameters);
        endpoint.allStreamSettings().forEach(each -> wants(each.projectId(), copy.getAccount()));
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addLifecycleStrategy(new ContextStop(this));
        getCamelContext().addStartupListener(new BeginWhenAllRoutesHaveSubscribed());
        FailureWatch watch = new FailureWatch(getCamelContext());
        getCamelContext().addService(watch);
        getCamelContext().getManagementStrategy().addEventNotifier(watch);
        StreamBeans.bind(getCamelContext());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stopGrace.endForAll();
    }

    @Override
    protected void doStop() throws Exception {
        held().end();
        EventStreams open;
        ScheduledExecutorService leaving;
        synchronized (this) {
            if (looks != null) {
                looks.shutdownNow();
                looks = null;
            }
            leaving = afterAppends;
            afterAppends = null;
            open = streams;
            streams = null;
            held = null;
            begun = false;
        }
        if (open != null) {
            open.close();
        }
        if (leaving != null) {
            // The tasks that are left only say that the router stops, and take no time.
            leaving.shutdown();
        }
        super.doStop();
    }

    /**
     * Stops the handing out of events to all routes of the context, before Camel waits for the first of them. A router of
     * a group then leaves it, so that the next holders need not wait until Camel has stopped every route.
     */
    void stopDelivering() {
        stopGrace.beginForAll();
        for (Route route : getCamelContext().getRoutes()) {
            ProjectConsumer.of(route).stream()
                    .filter(consumer -> consumer.component() == this)
                    .forEach(ProjectConsumer::handOutNoMore);
        }
        held().end();
    }

    /** The time that one route gets for its batches in progress, or one stream's routes together; it begins now. */
    @Override
    public StopGrace stopGrace() {
        return stopGrace.begun();
    }

    /** Schedules a regular check whether a route's batch takes far too long. */
    @Override
    public synchronized Future<?> look(Runnable look) {
        if (looks == null) {
            // several, as one look may wait for Kafka or a disk
            looks = supervisor().pool(LOOKS, "dt-stream-looks", "a batch that takes far too long was not logged");
        }
        return looks.scheduleWithFixedDelay(look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Starts the streams when all routes have subscribed. If a stream started with the first route's subscription, the
     * second route would miss its first events.
     */
    private final class BeginWhenAllRoutesHaveSubscribed implements StartupListener {
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // The other method is called when every route has started.
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            begin();
        }
    }

    private void begin() {
        // These open streams, and take the lock themselves.
        beforeBegin.forEach(Runnable::run);
        feeders.forEach(DtStreamComponent::open);
        try {
            held().begin(streams());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        synchronized (this) {
            begun = true;
            if (streams != null) {
                streams.start();
            }
        }
    }

    /** Opens streams for their users. The registry may have a group of routers, which then decides when. */
    public synchronized HeldStreams held() {
        if (held == null) {
            held = new HeldStreams(this, ticker, getCamelContext().getRegistry().findSingleByType(StreamGroups.class));
        }
        return held;
    }

    /** Whether this router is in a group whose routers can share routes. */
    boolean isInGroup() {
        return group() != null;
    }

    /** Whether routes that a group shares run here alone. */
    boolean isGroupElsewhere() {
        RouterGroup group = group();
        return group != null && group.isElsewhere();
    }

    private @Nullable RouterGroup group() {
        return getCamelContext().getRegistry().findSingleByType(RouterGroup.class);
    }

    /**
     * Begins to read a stream together with the other routers of the group.
     *
     * @param stream {@code PROJECT/STREAM}
     * @param batch how many events a crash may repeat in a partition
     */
    SharedSubscription share(
            String stream, String subscriber, Journal.Start start, int batch, PartitionListener listener)
            throws IOException {
        RouterGroup group = group();
        if (group == null) {
            throw new IOException("this router is in no group");
        }
        return streams().journals().share(stream, new Sharing(subscriber, start, group.node(), batch), listener);
    }

    private static void open(DtStreamProducer feeder) {
        try {
            feeder.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a producer of a running route. Its stream is opened after the routes that read it have subscribed. */
    void feeds(DtStreamProducer feeder) throws IOException {
        feeders.add(feeder);
        boolean isLate;
        synchronized (this) {
            isLate = begun;
        }
        if (isLate) {
            feeder.open();
        }
    }

    void feedsNoMore(DtStreamProducer feeder) {
        feeders.remove(feeder);
    }

    /** Runs the rest of routes that have appended, so that the intake's thread can notify the next sender at once. */
    synchronized Executor afterAppends() {
        if (afterAppends == null) {
            afterAppends = supervisor()
                    .pool(AFTER_APPENDS, "dt-stream-appended", "what follows an append in a route did not happen");
        }
        return afterAppends;
    }

    /** Adds an action that runs when the routes have subscribed and before any event comes; at once if that has been. */
    public void beforeBegin(Runnable action) {
        beforeBegin.add(action);
        boolean isLate;
        synchronized (this) {
            isLate = begun;
        }
        if (isLate) {
            action.run();
        }
    }

    /** The streams of this component's endpoints; made at the first call. */
    @Override
    public synchronized EventStreams streams() {
        if (streams == null) {
            streams = new EventStreams(
                    cloudOptions(),
                    this::cloudOptions,
                    journals(),
                    journalSettings(),
                    Path.of(getDataDirectory()),
                    clock,
                    new SecureRandom(),
                    supervisor(),
                    masking(),
                    memory(),
                    name.equals(NAME) ? "" : name + ":");
            if (begun) {
                streams.start();
            }
        }
        return streams;
    }

    /** The streams; empty if they were not made yet. This call does not make them. */
    @Override
    public synchronized Optional<EventStreams> openStreams() {
        return Optional.ofNullable(streams);
    }

    /** All components of this kind in a context: {@code dt-stream}, and others with names of their own. */
    public static List<DtStreamComponent> allIn(CamelContext context) {
        return context.getComponentNames().stream()
                .map(context::hasComponent)
                .filter(DtStreamComponent.class::isInstance)
                .map(DtStreamComponent.class::cast)
                .distinct()
                .toList();
    }

    /**
     * How to reach the cloud.
     *
     * @throws IllegalArgumentException if an option is wrong; the message names it
     */
    public CloudOptions cloudOptions() {
        return cloudOptions(optionNames());
    }

    /** Checks the signatures of pushed messages; empty if no secret is set. */
    public Optional<PushSignature> pushSignature() {
        return Optional.ofNullable(getSignatureSecret())
                .filter(secret -> !secret.isBlank())
                .map(secret -> new PushSignature(secret, clock));
    }

    /** Counts pushed messages that were refused. */
    public PushRefusals pushRefusals() {
        return pushRefusals;
    }

    /** Whether a service account is set for a project; if not, nothing is requested from the cloud. */
    public boolean namesAccount(String project) {
        return cloudOptions(project).namesAccount();
    }

    private void wants(String project, @Nullable String account) {
        if (account != null && !account.isBlank()) {
            wanted.computeIfAbsent(project, key -> ConcurrentHashMap.newKeySet())
                    .add(account);
        }
    }

    /**
     * The name of the service account that reads a project: the account that its endpoints want, or that has the
     * project in its list; empty text for the component's own account.
     *
     * @throws IllegalArgumentException if endpoints want different accounts
     */
    public String accountOf(String project) {
        Set<String> names = wanted.getOrDefault(project, Set.of());
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "endpoints of the project " + project + " want different service accounts ("
                            + String.join(", ", new TreeSet<>(names))
                            + "), and one reads a project: give all of them the same, and start again if one was changed");
        }
        return names.stream().findFirst().or(() -> naming(project)).orElse("");
    }

    private Optional<String> naming(String project) {
        return getAccounts().entrySet().stream()
                .filter(account -> account.getValue().projects().contains(project))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * How to reach the cloud for a project.
     *
     * @throws IllegalArgumentException if an option is wrong, or no account has the wanted name; the message names it
     */
    public CloudOptions cloudOptions(String project) {
        String account = accountOf(project);
        return account.isEmpty() ? cloudOptions() : cloudOptions(optionNames(), account);
    }

    OptionNames optionNames() {
        OptionNames shared = getCamelContext().getRegistry().findSingleByType(OptionNames.class);
        return shared == null ? OptionNames.OF_COMPONENT : shared;
    }

    /** The budget for events in memory: the registry's, for all components, or one of this component. */
    public synchronized MemoryBudget memory() {
        if (memory == null) {
            memory = MemoryBudget.of(getCamelContext().getRegistry().findSingleByType(MemoryBudget.class));
        }
        return memory;
    }

    /** The largest batch of a route that does not set {@code maxBatchSize}, in events. */
    int usualBatch() {
        return journals().usualBatch();
    }

    /** Where journals are kept: where the registry says, or in the data folder. */
    private Journals journals() {
        Journals shared = getCamelContext().getRegistry().findSingleByType(Journals.class);
        return shared == null ? new LocalJournals(Path.of(getDataDirectory())) : shared;
    }

    private Masking masking() {
        Masking shared = getCamelContext().getRegistry().findSingleByType(Masking.class);
        return shared == null ? new Masking() : shared;
    }

    /** Makes the threads: the registry's supervisor, which health reports on, or one of this component. */
    @Override
    public synchronized Supervisor supervisor() {
        if (supervisor == null) {
            Supervisor shared = getCamelContext().getRegistry().findSingleByType(Supervisor.class);
            supervisor = shared != null ? shared : new Supervisor(clock, Sleeper.SYSTEM);
        }
        return supervisor;
    }

    /** The cloud's time, as far as it is known. */
    public CloudClock clock() {
        return clock;
    }
}
