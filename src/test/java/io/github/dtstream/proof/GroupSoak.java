package io.github.dtstream.proof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The proof of several routers for any time: rounds of all faults among three routers and three brokers, in an order that
 * the seed determines; and tables at the end. After {@code mvn -Dquick package}:
 *
 * <pre>{@code
 * mvn -q -Dquick test-compile exec:java@group-soak -Dexec.args="--minutes 60 --seed 1"
 * }</pre>
 *
 * The exit code is 0 if every kind of fault happened, and nothing was lost, doubled, disordered or repeated beyond the
 * bounds, else 1. A first round takes ten to fifteen minutes.
 */
@Command(
        name = "group-soak",
        description = "Runs three packaged routers and three brokers among faults.",
        mixinStandardHelpOptions = true)
public final class GroupSoak implements Callable<Integer> {
    @Option(names = "--minutes", description = "How long. Default: ${DEFAULT-VALUE}.", defaultValue = "60")
    private int minutes;

    @Option(
            names = "--seed",
            description = "Gives the faults and their order. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--rate",
            description = "Events per second of each of the three projects. Default: ${DEFAULT-VALUE}.",
            defaultValue = "20")
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
    private Set<GroupFault> only = EnumSet.allOf(GroupFault.class);

    private GroupSoak() {}

    /** Runs, and ends the JVM. */
    public static void main(String[] arguments) {
        // Without this, each answer of the simulated cloud takes 45 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int exitCode = 1;
        try {
            exitCode = new CommandLine(new GroupSoak()).execute(arguments);
        } catch (AssertionError e) {
            // picocli itself only prints the exception's message.
            e.printStackTrace();
        } finally {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("group-soak");
        List<GroupFault> faults = new ArrayList<>();
        only.forEach(kind -> faults.addAll(Collections.nCopies(kind.times(), kind)));
        System.out.println("seed " + seed + ", in " + folder);
        try (GroupTrial trial = new GroupTrial(folder, jar, seed)) {
            trial.produce(rate);
            try {
                suffer(trial, faults);
            } catch (AssertionError e) {
                System.out.println(trial.pauses());
                throw e;
            }
            GroupVerdict verdict = trial.judge();
            System.out.println(verdict.report());
            Set<GroupFault> missing = EnumSet.copyOf(only);
            missing.removeAll(trial.suffered());
            boolean isGood = verdict.isGood() && missing.isEmpty();
            if (!verdict.isGood()) {
                System.out.println(verdict.story());
                verdict.wrong().forEach(System.out::println);
            }
            if (!missing.isEmpty()) {
                System.out.println("there was no time for " + missing);
            }
            System.out.println((isGood ? "GOOD" : "BAD") + ", seed " + seed);
            return isGood ? 0 : 1;
        }
    }

    private void suffer(GroupTrial trial, List<GroupFault> faults) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        int rounds = 0;
        while (rounds == 0 || System.nanoTime() < end) {
            if (rounds % 2 == 0) {
                trial.sufferOneByOne(faults, end);
            } else {
                trial.suffer(faults, end, Duration.ofSeconds(13));
            }
            rounds++;
            System.out.println("round " + rounds);
        }
    }
}
