package io.github.dtstream.app.command.common;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of simulated sensors that several commands share; mixed into a command. */
public final class SimulationOptions {
    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "Makes the simulated sensors behave the same way again.")
    private @Nullable Long seed;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            description = "How much faster than real sensors these ones report. Default: ${DEFAULT-VALUE}.",
            defaultValue = "120")
    private double speed;

    @Option(
            names = "--devices",
            paramLabel = "COUNT",
            description = "How many simulated sensors there are. Default: ${DEFAULT-VALUE}.",
            defaultValue = "20")
    private int devices;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "Ends by itself after so long. Default: it runs until it is stopped.")
    private @Nullable Integer seconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** How much faster than real sensors they report. */
    public double speed() {
        return speed;
    }

    /** How many sensors there are. */
    public int devices() {
        return devices;
    }

    /** After how many seconds the command ends; null if it runs until it is stopped. */
    public @Nullable Integer seconds() {
        return seconds;
    }

    /** The source of randomness for the sensors' behaviour; the same for the same {@code --seed}. */
    public Random random() {
        return seed == null ? new Random() : new Random(seed);
    }

    /**
     * @throws CommandLine.ParameterException if an option is out of its range; the message names the option and the
     *     range
     */
    public void check() {
        require("--devices", devices, 0, 1000);
        require("--speed", speed, 1, 10_000);
        require("--seconds", seconds == null ? 1 : seconds, 1, 86_400);
    }

    /** @throws CommandLine.ParameterException if an option of the command is out of its range */
    public void require(String option, double value, int least, int most) {
        if (!(value >= least && value <= most)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " is " + number(value) + "; it must be " + least + " to " + most);
        }
    }

    /** The number as people write it: a whole number has no fraction. */
    public static Object number(double value) {
        return value == Math.rint(value) ? (Object) (long) value : value;
    }
}
