package io.github.dtstream.journal;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Path;
import java.time.Clock;

/** What journals of tests work with: the system's clock, and a folder for rejected records. */
public final class TestSurroundings {
    private TestSurroundings() {}

    /** With memory enough for a test. */
    public static Journals.Surroundings in(Path folder) {
        return in(folder, new MemoryBudget(64 << 20));
    }

    /** With this memory. */
    public static Journals.Surroundings in(Path folder, MemoryBudget memory) {
        return in(folder, memory, Clock.systemUTC());
    }

    /** With this clock. */
    public static Journals.Surroundings in(Path folder, Clock clock) {
        return in(folder, new MemoryBudget(64 << 20), clock);
    }

    private static Journals.Surroundings in(Path folder, MemoryBudget memory, Clock clock) {
        return new Journals.Surroundings(
                new RejectFile(folder.resolve("rejected"), 1 << 20, clock), clock, Supervisor.system(), memory);
    }
}
