package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * No event is lost, whatever fails: the short form. {@code -Ddt.seed=N} gives other faults in another order; {@link
 * Soak} runs for any time.
 */
@Timeout(1200)
@Execution(ExecutionMode.CONCURRENT)
class ConservationIT {
    private static final Path JAR = Path.of(System.getProperty("dt.jar", "target/dt-stream-router.jar"));
    private static final long SEED = Long.getLong("dt.seed", 20_260_101L);
    private static final double EVENTS_PER_SECOND = 150;
    /** For faults that take long. */
    private static final double FEW_EVENTS_PER_SECOND = 40;

    private static final int SMALL_DISK_MEGABYTES = 32;

    @TempDir
    private Path folder;

    @Test
    void deliversEachEventOnceWhateverCloudNetworkAndDiskDo() throws Exception {
        List<FaultKind> faults = new ArrayList<>(FaultKind.harmless());
        boolean smallDisk = SmallDisk.isPossible();
        if (smallDisk) {
            faults.add(FaultKind.DISK_FULL);
            faults.add(FaultKind.DISK_HOLDS_THE_READER);
        } else {
            System.out.println("no file system of its own without root on Linux: no full disk");
        }
        try (Trial trial =
                new Trial(folder, JAR, Trial.Setup.of(SEED).withDisk(smallDisk ? SMALL_DISK_MEGABYTES : 0))) {
            trial.suffer(faults, EVENTS_PER_SECOND);
            Findings[] findings = judge(trial);
            assertThat(findings[0].duplicates()).as(story(trial, findings)).isZero();
            assertThat(findings[1].duplicates()).as(story(trial, findings)).isZero();
        }
    }

    @Test
    void losesNothingWhenItIsKilledAndRepeatsABatchAtMost() throws Exception {
        try (Trial trial = new Trial(folder, JAR, Trial.Setup.of(SEED + 1))) {
            List<FaultKind> faults = new ArrayList<>(FaultKind.ON_MQTT);
            faults.add(FaultKind.ROUTER_KILLED_IN_A_FILL);
            faults.add(FaultKind.ROUTER_KILLED_AT_A_SEGMENT_ROLL);
            faults.add(FaultKind.ROUTER_KILLED_ON_A_LONG_LINE);
            faults.add(FaultKind.NETWORK_RST);
            trial.suffer(faults, EVENTS_PER_SECOND);
            Findings[] findings = judge(trial);
            assertThat(Bounds.exceeded(findings[0], Bounds.endsOfFiles(trial.log())))
                    .as("repetitions in files, " + story(trial, findings))
                    .isEmpty();
            assertThat(Bounds.exceeded(findings[1], Bounds.endsOfMqtt(trial.log())))
                    .as("repetitions in MQTT, " + story(trial, findings))
                    .isEmpty();
        }
    }

    @Test
    @Tag("long")
    void hasEachAlarmAndEachCommandOnceHoweverOftenItIsKilledAtThem() throws Exception {
        // Each kill takes ten seconds; Soak goes on with other ones for as long as it runs.
        List<FaultKind> faults = new ArrayList<>(Collections.nCopies(2, FaultKind.ROUTER_KILLED));
        faults.addAll(Collections.nCopies(4, FaultKind.ROUTER_KILLED_AT_AN_ALARM_SNAPSHOT));
        faults.addAll(Collections.nCopies(4, FaultKind.ROUTER_KILLED_AT_AN_ALARM_WRITE));
        try (Trial trial = new Trial(folder, JAR, Trial.Setup.of(SEED + 5))) {
            trial.suffer(faults, EVENTS_PER_SECOND);
            judge(trial);
            assertThat(trial.commands()).as("commands that were answered").isGreaterThan(10);
            assertThat(trial.missedInstants()).as("kills at another instant").isLessThan(3);
        }
    }

    @Test
    @Tag("long")
    void waitsForTheWeatherToChangeAndLosesNothing() throws Exception {
        List<FaultKind> faults = new ArrayList<>();
        FaultKind.WEATHER.keySet().forEach(kind -> faults.addAll(Collections.nCopies(2, kind)));
        try (Trial trial = new Trial(folder, JAR, Trial.Setup.of(SEED + 2).withFoulStart())) {
            trial.sufferOneByOne(faults, FEW_EVENTS_PER_SECOND);
            Findings[] findings = judge(trial);
            assertThat(findings[0].duplicates()).as(story(trial, findings)).isZero();
            assertThat(findings[1].duplicates()).as(story(trial, findings)).isZero();
        }
    }

    @Test
    @Tag("long")
    void losesNothingWhateverItsClockSays() throws Exception {
        assumeTrue(WrongClock.isPossible(), "no libfaketime (Debian: apt-get install faketime)");
        try (Trial trial = new Trial(folder, JAR, Trial.Setup.of(SEED + 3).withWrongClock())) {
            trial.sufferOneByOne(List.copyOf(FaultKind.ON_CLOCK), FEW_EVENTS_PER_SECOND);
            Findings[] findings = judge(trial);
            assertThat(Bounds.exceeded(findings[0], Bounds.endsOfFiles(trial.log())))
                    .as("repetitions in files, " + story(trial, findings))
                    .isEmpty();
            assertThat(Bounds.exceeded(findings[1], Bounds.endsOfMqtt(trial.log())))
                    .as("repetitions in MQTT, " + story(trial, findings))
                    .isEmpty();
        }
    }

    @Test
    @Tag("long")
    void fetchesWhatHappenedWhileItStoodStill() throws Exception {
        try (Trial trial = new Trial(folder, JAR, Trial.Setup.of(SEED + 4))) {
            trial.sufferOneByOne(List.of(FaultKind.ROUTER_FROZEN), FEW_EVENTS_PER_SECOND);
            Findings[] findings = judge(trial);
            assertThat(findings[0].duplicates()).as(story(trial, findings)).isZero();
            assertThat(Bounds.exceeded(findings[1], Bounds.endsOfMqtt(trial.log())))
                    .as("repetitions in MQTT, " + story(trial, findings))
                    .isEmpty();
        }
    }

    /** Checks everything except duplicates, and that faults took place; returns the findings in files and MQTT. */
    private static Findings[] judge(Trial trial) throws Exception {
        boolean complete = trial.recover();
        Findings[] findings = {trial.sinks().files(), trial.sinks().mqtt()};
        String story = story(trial, findings);
        System.out.println(trial.log() + "\n" + findings[0] + "\n" + findings[1] + "\nrepeated after one end at most: "
                + findings[0].mostAfterOneEnd() + " in files, " + findings[1].mostAfterOneEnd() + " in MQTT over "
                + trial.mqttConnections() + " connections; a batch is " + Trial.BATCH);
        SoftAssertions softly = new SoftAssertions();
        softly.assertThat(findings[0].differences()).as(story).isEmpty();
        softly.assertThat(findings[1].differences()).as("MQTT").isEmpty();
        softly.assertThat(trial.deaths()).as("ends by itself").isEmpty();
        softly.assertThat(trial.unnoticed()).as("faults that went unnoticed").isEmpty();
        softly.assertThat(trial.falselyClosedGaps())
                .as("gaps that were closed too early")
                .isEmpty();
        softly.assertThat(findings[0].latestLive()).as("a fresh event").isGreaterThanOrEqualTo(trial.firstFresh());
        softly.assertThat(complete).as("everything has arrived").isTrue();
        softly.assertThat(findings[0].delivered()).as("events").isGreaterThan(500);
        softly.assertThat(findings[0].fromHistory()).as("events from history").isPositive();
        softly.assertThat(trial.router().filledGaps())
                .as("gaps that were filled")
                .isPositive();
        softly.assertThat(trial.cloudDuplicates())
                .as("duplicates from the cloud")
                .isPositive();
        AlarmProof.Outcome alarms = trial.alarms();
        System.out.println(alarms.changes() + " changes of alarms, " + trial.commands() + " commands of a person");
        softly.assertThat(alarms.isGood()).as("alarms: %s", alarms).isTrue();
        softly.assertThat(Files.readAllLines(trial.router().log()))
                .as("what people get to read")
                .noneMatch(line -> line.startsWith("\tat "));
        softly.assertAll();
        return findings;
    }

    private static String story(Trial trial, Findings[] findings) throws Exception {
        return "seed " + SEED + "\n" + trial.log() + "\n" + findings[0] + "\n" + findings[1] + "\n"
                + tail(Files.readAllLines(trial.router().log()));
    }

    private static String tail(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }
}
