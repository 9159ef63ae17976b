package io.github.dtstream.app.router;

import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.housekeeping.Housekeeping;
import io.github.dtstream.app.router.routes.NamedAccounts;
import io.github.dtstream.app.router.routes.RunningRoutes;
import io.github.dtstream.app.settings.Advice;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.SettingNames;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.cluster.RouterGroup;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.http.VerbatimHttpComponent;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.live.LiveData;
import io.github.dtstream.management.Health;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.route.model.QuietErrors;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.storage.FolderLock;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.Masking;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.tls.TlsStores;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running application: Camel Main with the routes of a folder, and the HTTP server beside it. {@link #run} holds
 * the calling thread until {@link #stop} is called or every stream has stopped by itself.
 */
public final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private static final String OPENING =
            "opening the HTTP port; if it is taken, set " + Setting.HTTP_PORT.key() + " to another (0: any free one)";

    /** The router waits for the lock of the data folder for a minute in all. */
    private static final Duration LOCK_PAUSE = Duration.ofMillis(500);

    private static final int LOOKS_AT_LOCK = 121;

    private static final Duration ABSENCE_PAUSE = Duration.ofSeconds(2);

    private final Settings settings;
    private final Path directory;
    private final Supplier<Settings> reread;
    private final Consumer<CamelContext> prepare;
    /** Why the routes do not start as their files are; null if that is not known. */
    private final @Nullable String unstartable;

    private final Clock clock = Clock.systemUTC();
    private final Instant startedAt = clock.instant();
    private final Masking masking = ConsoleLog.masking();
    private final Supervisor supervisor = new Supervisor(clock, Sleeper.SYSTEM);
    private final MemoryBudget memory = MemoryBudget.ofHeap(Runtime.getRuntime().maxMemory());
    private final Main main = new Main();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch failed = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Written by the thread of the last stream that stops, before it releases the running thread. */
    private volatile ExitCode exitCode = ExitCode.OK;
    /** Written by the running thread only. */
    private volatile @Nullable RunningRoutes routes;
    /**
     * Keeps other routers out of the data folder, also those of other projects, which would share its files. Owned by
     * the running thread.
     */
    private @Nullable FolderLock dataFolder;
    /** Where journals are kept; null for the data folder. Owned by the running thread. */
    private @Nullable Journals journals;
    /** Written by the running thread only. */
    private volatile @Nullable Router fallback;
    /** Whether Camel did not start though nothing is wrong with the routes. Owned by the running thread. */
    private boolean routesAreValid;
    /** Owned by the running thread. */
    private @Nullable RouterSite site;
    /** Written by the running thread only. */
    private volatile @Nullable Housekeeping housekeeping;
    /** Owned by the running thread. */
    private @Nullable Consumer<URI> pageListener;

    /**
     * @param settings from application.properties, the environment and the command line
     * @param directory the folder that holds {@code routes/}
     * @param reread reads the settings again after application.properties has changed
     */
    public Router(Settings settings, Path directory, Supplier<Settings> reread) {
        this(settings, directory, reread, context -> {});
    }

    /** @param prepare is called with the Camel context before routes are loaded into it */
    public Router(Settings settings, Path directory, Supplier<Settings> reread, Consumer<CamelContext> prepare) {
        this(settings, directory, reread, prepare, null);
    }

    private Router(
            Settings settings,
            Path directory,
            Supplier<Settings> reread,
            Consumer<CamelContext> prepare,
            @Nullable String unstartable) {
        this.unstartable = unstartable;
        this.settings = settings;
        this.directory = directory;
        this.reread = () -> hidingSecrets(reread.get());
        this.prepare = prepare;
        supervisor.onProcessEnd(this::fail);
        settings.hideSecrets(masking);
    }

    /**
     * Sets a listener that gets the page's URL with its token, before the start is logged. To be called before
     * {@link #run}.
     */
    public void onPage(Consumer<URI> listener) {
        pageListener = listener;
    }

    private Settings hidingSecrets(Settings read) {
        read.hideSecrets(masking);
        return read;
    }

    static Path created(Path folder) throws IOException {
        try {
            return Files.createDirectories(folder);
        } catch (NoSuchFileException e) {
            // /proc and a missing drive of Windows give this exception, which does not say what is wrong.
            throw new FileSystemException(folder.toString(), null, "no folder can be created there");
        }
    }

    /** Starts the router, waits for its end, and stops it; returns the exit code. */
    public ExitCode run() throws ConfigurationException {
        configure();
        if (unstartable != null) {
            LOG.warn("the routes do not start as their files are; what ran before is started in their place");
        }
        Path data = Path.of(settings.get(Setting.DATA_DIR)).toAbsolutePath();
        String step = "reading the folder " + directory.resolve("routes").toAbsolutePath();
        try {
            RunningRoutes.Folder folder = RunningRoutes.in(directory, settings, reread, unstartable);
            step = "taking the data folder " + data + ", which " + Setting.DATA_DIR.key() + " names";
            dataFolder = takeTurn(created(data));
            if (dataFolder == null) {
                return ended.getCount() == 0 ? ExitCode.OK : ExitCode.GIVEN_UP;
            }
            site = new RouterSite(settings, masking, supervisor, clock);
            step = "setting up Camel";
            main.init();
            site.use(main.getCamelContext());
            step = OPENING;
            tellPage(site);
            step = "setting up Camel";
            bindHttp(main.getCamelContext().getRegistry());
            hideTokens(main.getCamelContext());
            prepare.accept(main.getCamelContext());
            step = "loading the routes";
            routes = folder.load(main.getCamelContext(), clock, supervisor);
            step = OPENING;
            site.awaitListening();
            warnOfLocalJournals(data);
            if (!awaitJournals()) {
                return ExitCode.OK;
            }
            step = "starting the routes, with the data folder " + data;
            startCamel(routes);
            watchStreams();
            hold(site);
        } catch (ConfigurationException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            ConfigurationException explained = StartFailure.explain(step, e);
            if (!mayStartLater(e)) {
                throw explained;
            }
            LOG.error("{}", explained.getMessage());
            exitCode = ExitCode.GIVEN_UP;
        } finally {
            close();
        }
        return failed.getCount() == 0 ? ExitCode.FAILED : exitCode;
    }

    private boolean mayStartLater(Exception failure) {
        return fallback != null
                || StartFailure.isPassing(failure)
                || routesAreValid && StartFailure.isPassingOfValidRoutes(failure);
    }

    /** What stands there routes may not have had, and nobody else tells. */
    private void warnOfLocalJournals(Path data) {
        Path left = data.resolve("journal");
        if (journals != null && Files.isDirectory(left)) {
            LOG.warn(
                    "journals are in Kafka; those in {}, of before, are not read: if they were not moved there (journal export"
                            + " with {}=local, then journal import), move them before routes deliver; else delete that folder",
                    left,
                    Setting.JOURNAL.key());
        }
    }

    /** Waits while who keeps the journals does not answer, as after a power cut; false if the router is asked to end meanwhile. */
    private boolean awaitJournals() throws InterruptedException {
        Journals kept = journals;
        if (kept == null) {
            return true;
        }
        boolean waits = false;
        for (Optional<String> absence = kept.absence(); absence.isPresent(); absence = kept.absence()) {
            if (!waits) {
                LOG.warn("the router waits for its journals: {}", absence.get());
            }
            waits = true;
            if (ended.await(ABSENCE_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        if (waits) {
            LOG.info("the journals can be opened now");
        }
        return true;
    }

    private void tellPage(RouterSite opening) throws IOException {
        if (pageListener != null) {
            pageListener.accept(opening.page());
        }
    }

    private @Nullable FolderLock takeTurn(Path data) throws IOException, InterruptedException {
        AtomicInteger left = new AtomicInteger(LOOKS_AT_LOCK);
        return FolderTurn.take(
                        data,
                        () -> left.decrementAndGet() > 0 && !ended.await(LOCK_PAUSE.toMillis(), TimeUnit.MILLISECONDS))
                .orElse(null);
    }

    private void startCamel(RunningRoutes loaded) throws Exception {
        try {
            main.start();
        } catch (Exception e) {
            loaded.requireValid();
            routesAreValid = true;
            if (followsFiles() && !StartFailure.isPassing(e) && loaded.ranOtherwise()) {
                fallback = runningWhatRanBefore(FailureReason.of(e));
            }
            throw e;
        }
        loaded.started();
    }

    private boolean followsFiles() {
        return Boolean.parseBoolean(settings.get(Setting.RELOAD));
    }

    private Router runningWhatRanBefore(String reason) {
        Router other = new Router(settings, directory, reread, prepare, reason);
        other.pageListener = pageListener;
        return other;
    }

    /**
     * After {@link #run}: the same router with the texts that ran before, if the routes did not start as their files are
     * and such texts are there. It is another one, as a Camel that did not start cannot be started again.
     */
    public Optional<Router> fallback() {
        return ended.getCount() == 0 ? Optional.empty() : Optional.ofNullable(fallback);
    }

    /** Allocates nothing, as there may be no memory left. */
    private void fail() {
        failed.countDown();
        ended.countDown();
    }

    /** Waits until a thread that the router needs has failed for good. */
    public void awaitFailure() throws InterruptedException {
        failed.await();
    }

    /** Asks a running router to end, or the one that runs in its place; from any thread. */
    public void end() {
        ended.countDown();
        Router other = fallback;
        if (other != null) {
            other.end();
        }
    }

    /**
     * Asks a running router to end, and waits until it has ended or the patience is over; from any thread, also a
     * shutdown hook.
     */
    public void stop(Duration patience) throws InterruptedException {
        end();
        if (!awaitClosed(patience)) {
            LOG.warn(
                    "not all was finished within {}; what was not is delivered after the next start",
                    ReadableDuration.of(patience));
        }
    }

    /** Waits for the end; returns whether the router has ended within that time. */
    public boolean awaitClosed(Duration patience) throws InterruptedException {
        return closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void hold(RouterSite open) throws IOException, InterruptedException {
        CloudClock cloud = cloudClock();
        Housekeeping keeping = new Housekeeping(settings, main.getCamelContext(), cloud, supervisor);
        housekeeping = keeping;
        RouterStatus status = new RouterStatus(main.getCamelContext(), this::otherHealth, supervisor, cloud);
        LiveData live = live(status, Objects.requireNonNull(routes));
        dtStream()
                .ifPresent(component -> component
                        .pushSignature()
                        .ifPresent(signature -> open.admit(signature, component.pushRefusals())));
        int devices = Integer.parseInt(settings.get(Setting.DEVICE_METRICS));
        List<MetricSource> sources = new ArrayList<>(keeping.metrics());
        sources.add(new PushMetrics(main.getCamelContext()));
        if (devices > 0) {
            sources.add(live.deviceMetrics(devices));
        }
        open.serve(status, live, sources);
        if (ended.getCount() > 0) {
            LOG.info(
                    "events take at most {} MB of memory, of a heap of {} MB",
                    memory.bytes() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
            LOG.info("running; the page, health, metrics and routes are on {}", open.address());
            SystemdNotice.ready(System.getenv(), "running; the page is on " + open.address());
        }
        if (followsFiles() && routes != null) {
            routes.watch();
        }
        ended.await();
        LOG.info("stopping");
    }

    private LiveData live(RouterStatus status, RunningRoutes loaded) {
        String version = Router.class.getPackage().getImplementationVersion();
        LiveData live = new LiveData(
                status,
                Path.of(settings.get(Setting.DATA_DIR)),
                memory,
                supervisor,
                clock,
                startedAt,
                version == null ? "" : version,
                loaded.texts(main.getCamelContext()));
        for (DtStreamComponent component : DtStreamComponent.allIn(main.getCamelContext())) {
            component.streams().onOpened(live::add);
            component.streams().onClosing(live::remove);
            component.streams().beforeClose(live::close);
        }
        return live;
    }

    private CloudClock cloudClock() {
        return dtStream().map(DtStreamComponent::clock).orElseGet(CloudClock::system);
    }

    private Optional<DtStreamComponent> dtStream() {
        return main.getCamelContext().hasComponent("dt-stream") instanceof DtStreamComponent component
                ? Optional.of(component)
                : Optional.empty();
    }

    private void close() {
        try {
            if (site != null) {
                site.close();
            }
            if (housekeeping != null) {
                housekeeping.close();
            }
            if (routes != null) {
                routes.close();
            }
            main.stop();
            if (dataFolder != null) {
                dataFolder.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the router did not stop cleanly: {}", e.toString());
        } finally {
            closed.countDown();
        }
    }

    private void configure() throws ConfigurationException {
        configure(main, settings, masking);
        if (settings.isJournalInKafka()) {
            journals = KafkaLoader.journals(settings);
            main.bind("dt-journals", journals);
            if (settings.has(Setting.KAFKA_GROUP)) {
                main.bind("dt-group", KafkaLoader.groups(settings, clock, supervisor));
            }
        }
        main.bind("dt-threads", supervisor);
        main.bind("dt-memory", memory);
    }

    /** A Camel context that is configured as the router's own; nothing in it is started. */
    static Main atRest(Settings settings) {
        Main main = new Main();
        configure(main, settings, ConsoleLog.masking());
        main.init();
        bindHttp(main.getCamelContext().getRegistry());
        return main;
    }

    /** Gives Camel Main the settings, and the beans that routes may refer to. */
    private static void configure(Main main, Settings settings, Masking masking) {
        Properties properties = settings.forCamel();
        properties.putIfAbsent("camel.main.name", "dt-stream-router");
        CamelTuning.apply(properties);
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(properties);
        main.configure().withRoutesIncludePattern("false");
        main.bind("file", new CrashSafeFileComponent());
        // Bound early, as Camel resolves it at the very start.
        main.bind(StreamBeans.SIMPLE, StreamBeans.simple());
        main.bind("masking", masking);
        main.bind("setting-names", new SettingNames());
        if (settings.has(Setting.KAFKA_GROUP)) {
            main.bind(
                    "router-group",
                    settings.isJournalInKafka()
                            ? KafkaLoader.group(settings)
                            : RouterGroup.elsewhere(settings.get(Setting.KAFKA_GROUP)));
        }
        main.configure().withAutoConfigurationLogSummary(false);
        main.addMainListener(new PropertyModes());
        main.addMainListener(new LiteralOptions(settings.literals()));
        main.addMainListener(new NamedAccounts(settings.accounts()));
        main.addMainListener(new PemFiles());
    }

    /** Masks the secrets in the address of each sink, wherever they occur. */
    private void hideTokens(CamelContext context) {
        context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
            if (masking.addAddress(uri)) {
                LOG.warn(
                        "routes make new addresses with secrets all the time: the oldest of these secrets are masked from now on"
                                + " only where they look like secrets. A secret that stays the same is masked everywhere if it is a"
                                + " setting");
            }
            return endpoint;
        });
    }

    /**
     * Binds suppliers, so that the HTTP component is made when a route first uses it: its client takes a while to load.
     */
    private static void bindHttp(Registry registry) {
        registry.bind("http", Component.class, VerbatimHttpComponent::new);
        registry.bind("https", Component.class, VerbatimHttpComponent::new);
    }

    private List<Health> otherHealth() {
        List<Health> all = new ArrayList<>();
        RunningRoutes loaded = routes;
        if (loaded != null) {
            all.add(loaded.health());
        }
        Housekeeping keeping = housekeeping;
        if (keeping != null) {
            all.add(keeping.health());
        }
        return all;
    }

    private void watchStreams() {
        CamelContext context = main.getCamelContext();
        for (DtStreamComponent component : DtStreamComponent.allIn(context)) {
            EventStreams streams = component.streams();
            streams.onStopped(this::streamStopped);
            streams.all().forEach(this::streamStopped);
        }
    }

    /** Ends the router when every stream has stopped for good. */
    private void streamStopped(EventStream stream) {
        if (stream.sessionState() instanceof SessionState.Stopped stopped
                && stopped.outcome() != SessionState.Outcome.CLOSED) {
            boolean noneLeft = DtStreamComponent.allIn(main.getCamelContext()).stream()
                    .flatMap(component -> component.openStreams().stream())
                    .flatMap(streams -> streams.all().stream())
                    .allMatch(EventStream::isStopped);
            if (noneLeft) {
                exitCode = ExitCode.of(stopped.outcome());
                LOG.error(
                        "no stream is left, and the router ends with exit code {}. {}",
                        exitCode.code(),
                        Advice.after(stopped.outcome()));
                ended.countDown();
            }
        }
    }

    /** Lets {@code camel.ssl.*} name PEM files in place of key stores, for every component. */
    private static final class PemFiles extends MainListenerSupport {
        @Override
        public void afterConfigure(BaseMainSupport main) {
            SSLContextParameters parameters = main.getCamelContext().getSSLContextParameters();
            if (parameters != null) {
                TlsStores.accept(parameters, main.getCamelContext());
            }
        }
    }

    /**
     * Lets Camel look into the environment and system properties last, as our settings include both. Camel would let
     * the environment win over the command line.
     */
    private static final class PropertyModes extends MainListenerSupport {
        @Override
        public void beforeInitialize(BaseMainSupport main) {
            PropertiesComponent properties =
                    (PropertiesComponent) main.getCamelContext().getPropertiesComponent();
            QuietErrors.install(main.getCamelContext());
            properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
            properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
        }
    }
}
