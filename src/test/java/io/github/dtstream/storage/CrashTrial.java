package io.github.dtstream.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process at each single disk operation of an action, once by killing it and once by each kind of power cut,
 * and checks what the next process finds.
 */
public final class CrashTrial {
    private CrashTrial() {}

    @FunctionalInterface
    public interface Action {
        /** @param folder empty at first */
        void run(Path folder, Storage storage) throws Exception;
    }

    @FunctionalInterface
    public interface Check {
        /** @param isDone whether the action had returned */
        void run(Path folder, Storage storage, boolean isDone) throws Exception;
    }

    /**
     * @param folder each trial gets its own folder in it
     * @param before the actions that succeeded before
     * @param action the action to interrupt
     */
    public static void atEachOperation(Path folder, Action before, Action action, Check after) throws Exception {
        List<FaultyStorage.@Nullable Loss> losses = new ArrayList<>(List.of(FaultyStorage.Loss.values()));
        losses.add(null);
        for (FaultyStorage.Loss loss : losses) {
            int operation = 0;
            boolean isDone = false;
            while (!isDone) {
                operation++;
                Path own = Files.createDirectories(folder.resolve("lost-" + loss + "-" + operation));
                isDone = trial(own, loss, operation, before, action, after);
            }
            assertThat(operation).as("operations").isGreaterThan(1);
        }
    }

    private static boolean trial(
            Path folder, FaultyStorage.@Nullable Loss loss, int operation, Action before, Action action, Check after)
            throws Exception {
        FaultyStorage storage = new FaultyStorage();
        before.run(folder, storage);
        storage.crashAt(operation);
        boolean isDone = false;
        try {
            action.run(folder, storage);
            isDone = storage.failures() == 0;
        } catch (FaultyStorage.Crash e) {
            // Intended.
        }
        storage.mend();
        if (loss != null) {
            storage.powerCut(loss);
        }
        try {
            after.run(folder, storage, isDone);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "after a crash at operation " + operation + ", lost " + loss + ": " + e.getMessage(), e);
        }
        return isDone;
    }
}
