package io.github.dtstream.proof;

import io.github.dtstream.simulator.weather.Weather;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The proof for any time: rounds of all faults in an order that the seed determines, each round ending with everything
 * delivered, on one data folder throughout; and a table at the end. After {@code mvn -Dquick package}:
 *
 * <pre>{@code
 * mvn -q -Dquick test-compile exec:java@soak -Dexec.args="--minutes 60 --seed 1"
 * }</pre>
 *
 * The exit code is 0 if nothing was lost, broken or repeated beyond the bounds, else 1.
 */
@Command(name = "soak", description = "Runs the packaged router among faults.", mixinStandardHelpOptions = true)
public final class Soak implements Callable<Integer> {
    /** The disk is filled completely and repeatedly, in memory, so it is no larger than what a soak writes. */
    private static final int SMALL_DISK_MEGABYTES = 48;

    /** Journal and files, at the default rate. */
    private static final int MEGABYTES_PER_MINUTE = 12;

    @Option(names = "--minutes", description = "How long. Default: ${DEFAULT-VALUE}.", defaultValue = "10")
    private int minutes;

    @Option(
            names = "--seed",
            description = "Gives the faults and their order. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private long seed;

    @Option(names = "--rate", description = "Events per second. Default: ${DEFAULT-VALUE}.", defaultValue = "100")
    private double rate;

    @Option(
            names = "--jar",
            description = "The packaged router. Default: ${DEFAULT-VALUE}.",
            defaultValue = "target/dt-stream-router.jar")
    private Path jar;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "FAULT",
            description = "Only these faults: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<FaultKind> only = EnumSet.allOf(FaultKind.class);

    private Soak() {}

    /** Runs, and ends the JVM. */
    public static void main(String[] arguments) {
        // Without this, each answer of the simulated cloud takes 45 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int exitCode = 1;
        try {
            exitCode = new CommandLine(new Soak()).execute(arguments);
        } catch (AssertionError e) {
            // picocli itself only prints the exception's message.
            e.printStackTrace();
        } finally {
            // The threads of the MQTT client would keep the JVM running.
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("soak");
        List<FaultKind> faults = new ArrayList<>(only);
        // Each weather once per round.
        FaultKind.WEATHER.forEach((kind, target) -> {
            if (only.contains(kind)) {
                faults.addAll(Collections.nCopies(Weather.of(target).size() - 1, kind));
            }
        });
        Trial.Setup setup = setupFor(faults);
        System.out.println("in " + folder);
        try (Trial trial = new Trial(folder, jar, setup)) {
            return run(trial, faults) ? 0 : 1;
        }
    }

    /** What the faults need; faults that this machine does not support are left out. */
    private Trial.Setup setupFor(List<FaultKind> faults) {
        Trial.Setup setup = Trial.Setup.of(seed).withFoulStart();
        if (!Collections.disjoint(faults, FaultKind.ON_DISK)) {
            if (SmallDisk.isPossible()) {
                setup = setup.withDisk(megabytes());
            } else {
                System.out.println("no file system of its own without root on Linux: no full disk");
                faults.removeAll(FaultKind.ON_DISK);
            }
        }
        if (!Collections.disjoint(faults, FaultKind.ON_CLOCK)) {
            if (WrongClock.isPossible()) {
                setup = setup.withWrongClock();
            } else {
                System.out.println("no libfaketime (Debian: apt-get install faketime): the clock is right");
                faults.removeAll(FaultKind.ON_CLOCK);
            }
        }
        return setup;
    }

    private int megabytes() {
        return SMALL_DISK_MEGABYTES + (int) (minutes * MEGABYTES_PER_MINUTE * Math.max(1, rate / 100));
    }

    private boolean run(Trial trial, List<FaultKind> faults) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        int rounds = 0;
        boolean complete = true;
        while (complete && (rounds == 0 || System.nanoTime() < end)) {
            if (rounds % 2 == 0) {
                trial.sufferOneByOne(faults, rate);
            } else {
                trial.suffer(faults, rate);
            }
            complete = trial.recover();
            rounds++;
            System.out.printf(
                    "round %d: %d events produced%n", rounds, trial.cloud().producedCount());
        }
        Findings files = trial.sinks().files();
        Findings mqtt = trial.sinks().mqtt();
        AlarmProof.Outcome alarms = trial.alarms();
        boolean good = complete
                && alarms.isGood()
                && trial.deaths().isEmpty()
                && trial.unnoticed().isEmpty()
                && trial.falselyClosedGaps().isEmpty()
                && files.differences().isEmpty()
                && mqtt.differences().isEmpty()
                && Bounds.exceeded(files, Bounds.endsOfFiles(trial.log())).isEmpty()
                && Bounds.exceeded(mqtt, Bounds.endsOfMqtt(trial.log())).isEmpty();
        print(trial, rounds, files, mqtt);
        row("changes of alarms", alarms.changes());
        row("commands of a person on alarms", trial.commands());
        row("alarms lost, doubled or altered", alarms.differences().size());
        if (!good) {
            System.out.println(trial.log());
            System.out.println(alarms);
            trial.deaths().forEach(System.out::println);
            trial.unnoticed().forEach(System.out::println);
            trial.falselyClosedGaps().forEach(System.out::println);
            files.differences().forEach(System.out::println);
            mqtt.differences().forEach(System.out::println);
            Bounds.exceeded(files, Bounds.endsOfFiles(trial.log()))
                    .forEach(what -> System.out.println("files: " + what));
            Bounds.exceeded(mqtt, Bounds.endsOfMqtt(trial.log())).forEach(what -> System.out.println("MQTT: " + what));
        }
        System.out.println((good ? "GOOD" : "BAD") + ", seed " + seed);
        return good;
    }

    private static void print(Trial trial, int rounds, Findings files, Findings mqtt) {
        System.out.println();
        trial.log().counts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> row(entry.getKey().name(), entry.getValue()));
        row("kills that missed their instant", trial.missedInstants());
        row("rounds", rounds);
        row("events", trial.cloud().producedCount());
        row("lost in files", files.lost());
        row("lost in MQTT", mqtt.lost());
        row("unnoticed", trial.unnoticed().size());
        row("gaps closed too early", trial.falselyClosedGaps().size());
        row("ended by itself", trial.deaths().size());
        row("broken lines", files.broken());
        row("duplicates in files", duplicates(files, Bounds.endsOfFiles(trial.log())));
        row("duplicates in MQTT", duplicates(mqtt, Bounds.endsOfMqtt(trial.log())));
        row("most after one end, files", files.mostAfterOneEnd() + " (at most " + Trial.BATCH + ")");
        row("most after one end, MQTT", mqtt.mostAfterOneEnd() + " (at most " + Trial.BATCH + ")");
        row("duplicates before any end", files.unprovoked() + mqtt.unprovoked());
        row("connections to the broker", trial.mqttConnections());
        row("events from history", files.fromHistory());
        row("longest time to recover", trial.longestRecovery().toMillis() + " ms");
        System.out.println(files + "\n" + mqtt);
    }

    private static String duplicates(Findings findings, int ends) {
        return findings.duplicates() + ", after " + findings.endsThatRepeated() + " of " + ends + " ends";
    }

    private static void row(String name, Object value) {
        System.out.printf("%-34s %s%n", name, value);
    }
}
