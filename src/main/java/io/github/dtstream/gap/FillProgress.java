package io.github.dtstream.gap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the fill of a gap has come: enough to go on with after a restart, and to show. Immutable.
 *
 * @param passStarted when the first pass began; null before
 * @param lastPass whether the first pass is done, and the last one, for what the cloud may not have indexed yet, has begun
 * @param devicesDone how many devices of the pass are done, in the order of the fill's device list
 * @param devicesTotal how many devices the pass goes through
 * @param devicesEarly how many devices, from the list's beginning, were read before the indexing delay had passed; the
 *     last pass reads them again
 * @param eventsFound events that history had in the window, those known already included
 * @param eventsNew events that were not known and are in the journal now
 * @param eventsInvalid records that were no events; they are in the reject file
 * @param devicesGone how many devices the cloud no longer knows
 * @param gone some of those devices, by identifier
 * @param refused devices whose history the cloud refuses to give, with its words
 * @param postponed devices that failed although others did not; they are tried again at the end
 * @param estimatedEnd when the pass will be done if all goes on like this; null while that is not known
 */
public record FillProgress(
        @Nullable Instant passStarted,
        boolean lastPass,
        int devicesDone,
        int devicesTotal,
        int devicesEarly,
        long eventsFound,
        long eventsNew,
        long eventsInvalid,
        int devicesGone,
        List<String> gone,
        List<String> refused,
        List<String> postponed,
        @Nullable Instant estimatedEnd) {
    /** Before anything was done. */
    public static final FillProgress NONE =
            new FillProgress(null, false, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of(), List.of(), null);

    /** How many names are kept where they serve to inform, so that the ledger of a large project stays small. */
    static final int NAMES = 100;

    public FillProgress {
        gone = List.copyOf(gone);
        refused = List.copyOf(refused);
        postponed = List.copyOf(postponed);
    }

    /** Between 0 and 100, of the pass that is under way. */
    public int percent() {
        return devicesTotal == 0 ? 0 : (int) (100L * devicesDone / devicesTotal);
    }

    FillProgress firstPass(Instant at, int devices) {
        return pass(passStarted != null ? passStarted : at, false, devicesDone, devices);
    }

    FillProgress lastPass(int devices) {
        return pass(passStarted, true, lastPass ? devicesDone : 0, devices);
    }

    /** All devices were read, those read early once more. */
    FillProgress complete(int devices) {
        return pass(passStarted, lastPass, devices, devices);
    }

    private FillProgress pass(@Nullable Instant started, boolean last, int done, int devices) {
        return new FillProgress(
                started,
                last,
                done,
                devices,
                devicesEarly,
                eventsFound,
                eventsNew,
                eventsInvalid,
                devicesGone,
                gone,
                refused,
                postponed,
                null);
    }

    /** One more device of the pass is done. */
    FillProgress done(DeviceOutcome outcome, boolean early, @Nullable Instant end) {
        int done = devicesDone + 1;
        return with(
                outcome,
                done,
                early && !lastPass ? done : devicesEarly,
                !lastPass,
                outcome.kind() == DeviceOutcome.Kind.FAILED ? also(postponed, outcome.deviceId()) : postponed,
                end);
    }

    /** A device that was postponed has been read. */
    FillProgress recovered(DeviceOutcome outcome) {
        List<String> rest = new ArrayList<>(postponed);
        rest.remove(outcome.deviceId());
        return with(outcome, devicesDone, devicesEarly, true, rest, null);
    }

    /** @param countGone whether the device, should it be gone, was not counted as such before */
    private FillProgress with(
            DeviceOutcome outcome,
            int done,
            int early,
            boolean countGone,
            List<String> stillPostponed,
            @Nullable Instant end) {
        boolean isGone = outcome.kind() == DeviceOutcome.Kind.GONE;
        return new FillProgress(
                passStarted,
                lastPass,
                done,
                devicesTotal,
                early,
                eventsFound + outcome.found(),
                eventsNew + outcome.added(),
                eventsInvalid + outcome.invalid(),
                devicesGone + (isGone && countGone ? 1 : 0),
                isGone ? with(gone, outcome.deviceId()) : gone,
                outcome.kind() == DeviceOutcome.Kind.REFUSED ? with(refused, outcome.sentence()) : refused,
                stillPostponed,
                end);
    }

    private static List<String> with(List<String> names, String name) {
        return names.size() >= NAMES ? names : also(names, name);
    }

    private static List<String> also(List<String> names, String name) {
        if (names.contains(name)) {
            return names;
        }
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
