package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.camel.alarm.RunningAlarms;
import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router in a group opens the alarms of streams whose journals take long to open, or are taken over by others. */
final class AlarmOpeningTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    private final FakeStreamGroup group = new FakeStreamGroup(false);
    private final SlowJournals journals = new SlowJournals();
    private SimulatedCloud cloud;
    private CamelContext context;
    private DtStreamComponent component;

    /** Local journals, whose opening a test can stop, and which it can say that others have taken over. */
    private final class SlowJournals implements Journals {
        private final Map<String, CountDownLatch> stops = new ConcurrentHashMap<>();
        private final Map<String, List<Consumer<String>>> takeOvers = new ConcurrentHashMap<>();
        private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
        private final List<String> opened = new CopyOnWriteArrayList<>();

        private String key(Kind kind, String stream) {
            return kind + " " + stream;
        }

        private CountDownLatch begun(Kind kind, String stream) {
            return begun.computeIfAbsent(key(kind, stream), of -> new CountDownLatch(1));
        }

        /** Has the opening of a journal wait until the latch is released. */
        private CountDownLatch stop(Kind kind, String stream) {
            return stops.computeIfAbsent(key(kind, stream), of -> new CountDownLatch(1));
        }

        @Override
        public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
                throws IOException {
            begun(kind, stream).countDown();
            opened.add(key(kind, stream));
            CountDownLatch stopped = stops.get(key(kind, stream));
            try {
                if (stopped != null && !stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException("the test did not let the journal open");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
            Opened opened = new LocalJournals(data.resolve("shared")).open(kind, stream, settings, surroundings);
            List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
            takeOvers.put(key(kind, stream), listeners);
            return new Opened(takenOverBy(opened.journal(), listeners), opened.state());
        }

        private Journal takenOverBy(Journal journal, List<Consumer<String>> listeners) {
            return (Journal) Proxy.newProxyInstance(
                    Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("onTakenOver")) {
                            listeners.add((Consumer<String>) arguments[0]);
                            return null;
                        }
                        try {
                            return method.invoke(journal, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        /** The listeners for a take-over of the journal that was opened last. */
        private List<Consumer<String>> takeOvers(Kind kind, String stream) {
            return takeOvers.get(key(kind, stream));
        }

        /** Has the journal that was opened last say that another router has taken it over. */
        private void takeOver(Kind kind, String stream) {
            takeOvers(kind, stream).forEach(listener -> listener.accept("another router has it"));
        }

        @Override
        public boolean isThere(Kind kind, String stream) {
            return false;
        }
    }

    @BeforeEach
    void startRouter() throws Exception {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        Path rules = Files.writeString(data.resolve("rules.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        context = new DefaultCamelContext();
        context.getRegistry().bind("group", group);
        context.getRegistry().bind("journals", journals);
        component = new DtStreamComponent();
        component.getConfiguration().setMaxRetries(-1);
        SimulatedAccount.set(component, cloud, data.resolve("own"));
        context.addComponent("dt-stream", component);
        DtAlarmComponent alarms = new DtAlarmComponent();
        alarms.setRulesFile("file:" + rules);
        alarms.getConfiguration().setProject("first,second");
        context.addComponent("dt-alarm", alarms);
        context.start();
        assertThat(group.wanted).containsExactlyInAnyOrder("first/default", "second/default");
    }

    @AfterEach
    void stopAll() {
        journals.stops.values().forEach(CountDownLatch::countDown);
        context.stop();
        cloud.close();
    }

    private RunningAlarms alarms() {
        return DtAlarmComponent.in(context).orElseThrow();
    }

    private void awaitBegun(Journals.Kind kind, String stream) throws InterruptedException {
        assertThat(journals.begun(kind, stream).await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void opensTheAlarmJournalWhileTheStreamsJournalIsOpened() throws Exception {
        CountDownLatch events = journals.stop(Journals.Kind.EVENTS, "first/default");

        group.assign("first/default");

        awaitBegun(Journals.Kind.EVENTS, "first/default");
        awaitBegun(Journals.Kind.ALARMS, "first/default");
        events.countDown();
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
    }

    @Test
    void opensTheAlarmsOfAStreamWhileThoseOfAnotherOneAreStillOpened() throws Exception {
        journals.stop(Journals.Kind.ALARMS, "first/default");
        group.assign("first/default");
        awaitBegun(Journals.Kind.ALARMS, "first/default");

        group.assign("second/default");

        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
        assertThat(alarms().services().get(0).journal().status()).isNotNull();
    }

    @Test
    void closesAnAlarmJournalThatWasOpenedForAStreamThatIsRevokedMeanwhile() throws Exception {
        CountDownLatch events = journals.stop(Journals.Kind.EVENTS, "first/default");
        CountDownLatch stopped = journals.stop(Journals.Kind.ALARMS, "first/default");
        group.assign("first/default");
        awaitBegun(Journals.Kind.EVENTS, "first/default");
        awaitBegun(Journals.Kind.ALARMS, "first/default");

        Thread revoking = new Thread(() -> group.revoke("first/default"));
        revoking.start();
        stopped.countDown();
        events.countDown();
        revoking.join();

        assertThat(alarms().services()).isEmpty();
        // a local journal has one owner: it could not be opened again if it were still open
        group.assign("first/default");
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
    }

    @Test
    void opensAStreamAgainThatAnotherRouterTakesOverThoughTheGroupAssignsItToThisOne() {
        List<String> both = List.of("first/default", "second/default");
        both.forEach(group::assign);
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 2);
        List<AlarmService> before = alarms().services();

        journals.takeOver(Journals.Kind.EVENTS, "first/default");
        journals.takeOver(Journals.Kind.ALARMS, "second/default");

        assertThat(alarms().services()).isEmpty();
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 2);
        assertThat(alarms().services()).doesNotContainAnyElementsOf(before);
        assertThat(alarms().closed()).isEmpty();
    }

    /** The group says that a stream is lost only after the streams have ended that it takes away. */
    @Test
    void opensNoStreamAgainWhileItCannotHearThatTheStreamIsLost() throws Exception {
        CountDownLatch ends = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        component.held().add("second/default", new StreamUser() {
            @Override
            public void begin() {}

            @Override
            public void end(StopGrace grace) throws InterruptedException {
                ends.countDown();
                mayEnd.await();
            }
        });
        List.of("first/default", "second/default").forEach(group::assign);
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 2);
        Thread groups = new Thread(() -> group.revoke("second/default"));
        groups.start();
        ends.await();

        try (LogCapture log = LogCapture.of(HeldStreams.class)) {
            journals.takeOver(Journals.Kind.EVENTS, "first/default");
            await().atMost(PATIENCE)
                    .until(() -> log.messages().stream()
                            .anyMatch(line -> line.contains("asks later whether it still holds it")));
        }
        group.lose("first/default");
        mayEnd.countDown();
        groups.join();

        await().atMost(PATIENCE).until(() -> component.streams().all().isEmpty());
        assertThat(journals.opened).containsOnlyOnce("EVENTS first/default");
    }

    @Test
    void leavesAStreamThatTheGroupHasTakenAwayToTheRouterThatTookItOver() {
        group.assign("first/default");
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
        journals.takeOver(Journals.Kind.EVENTS, "first/default");

        group.lose("first/default");

        await().atMost(PATIENCE).until(() -> component.streams().all().isEmpty());
        Looks.await(component.held());
        assertThat(alarms().services()).isEmpty();
        assertThat(alarms().closed()).as("another router says what is wrong").isEmpty();
    }

    @Test
    void raisesAlarmsThoughAnEarlierOpeningLearnsLateThatItWasTakenOver() {
        group.assign("first/default");
        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
        List<Consumer<String>> earlier = journals.takeOvers(Journals.Kind.ALARMS, "first/default");
        group.revoke("first/default");
        CountDownLatch opens = journals.stop(Journals.Kind.ALARMS, "first/default");
        group.assign("first/default");
        await().atMost(PATIENCE).until(() -> component.streams().all().size() == 1);

        earlier.forEach(listener -> listener.accept("another router has it"));
        opens.countDown();

        await().atMost(PATIENCE).until(() -> alarms().services().size() == 1);
        assertThat(alarms().closed()).isEmpty();
    }
}
