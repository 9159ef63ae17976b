package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapEnds;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The fill of a gap of five minutes, number 1, that ends now; one call of {@link #run} is one attempt. */
final class GapFillFixture {
    static final Instant TO = World.START;
    static final Instant FROM = TO.minus(Duration.ofMinutes(5));
    /** How long after its end a gap's history may be incomplete. */
    static final Duration SETTLING = World.FAST.settling();
    /** The indexing delay and the margin. */
    static final Duration OVERLAP = Duration.ofSeconds(70);

    static final Duration ROUND_TRIP = Duration.ofMillis(50);

    final ReadingFixture world;
    private final Path folder;
    private GapEnds ends;
    private GapFill fill;

    GapFillFixture(Path folder) throws IOException {
        this.folder = folder;
        this.world = new ReadingFixture(folder, World.FAST);
        begin();
    }

    /** A process that knows nothing of the time at which gaps ended begins. */
    void begin() {
        ends = new GapEnds(SETTLING, world.time);
        fill = new GapFill(world.reading, ends);
    }

    void gap() {
        gap(FROM, TO);
    }

    void gap(Instant from, Instant to) {
        world.ledger.interrupted(from, "reset");
        world.ledger.resumed(to);
        ends.saw(world.ledger.fillable());
    }

    /** A gap that history shows as a whole from now on. */
    void lateGap() {
        gap();
        settle();
    }

    /** Lets so much time pass that history is complete. */
    void settle() {
        ends.saw(world.ledger.fillable());
        world.time.advance(SETTLING);
    }

    Optional<Duration> run() throws Exception {
        return run(0);
    }

    Optional<Duration> run(int stalls) throws Exception {
        return fill.run(world.ledger.takeUp(1).orElseThrow(), stalls);
    }

    /** An attempt that fails. */
    Fault fails() {
        return fails(0);
    }

    Fault fails(int stalls) {
        return catchThrowableOfType(CloudException.class, () -> run(stalls)).fault();
    }

    Gap now() {
        return world.ledger.get(1);
    }

    FillProgress progress() {
        return now().progress();
    }

    /** The progress that a crash would leave. */
    FillProgress onDisk() {
        try {
            return GapLedger.open(
                            AtomicFile.keepingPrevious(folder.resolve("gaps.json"), new SystemStorage()),
                            World.FAST,
                            Duration.ZERO,
                            200,
                            world.time,
                            gap -> {})
                    .get(1)
                    .progress();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on the history of these devices, and of no others, is refused with a status. */
    void refuse(FaultKind kind, int status, List<String> devices) {
        world.cloud.script((number, path) -> path.endsWith("/events") && devices.contains(path.split("/")[3])
                ? FakeCloud.fault(kind, status, Duration.ZERO)
                : null);
    }

    /** The next requests succeed, except one, counted from 1, that finds the credentials refused. */
    void credentialsFailAt(int request) {
        int before = world.cloud.requests.size();
        world.cloud.script((number, path) ->
                number == before + request ? FakeCloud.fault(FaultKind.CREDENTIALS, 401, Duration.ZERO) : null);
    }

    static List<String> devices(int from, int to) {
        return IntStream.range(from, to).mapToObj(World::device).toList();
    }
}
