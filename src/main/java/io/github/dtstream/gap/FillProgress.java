package io.github.dtstream.gap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a gap's fill: enough to continue it after a restart, and to show it. Immutable.
 *
 * @param passStarted when the first pass began; null before
 * @param lastPass whether the last pass has begun; it reads what the cloud may not have indexed during the first
 * @param devicesDone how many devices of the pass are done, in the order of the fill's device list
 * @param devicesTotal how many devices the pass has
 * @param devicesEarly how many devices, from the list's beginning, were read before the indexing delay had passed; the
 *     last pass reads them again
 * @param eventsFound events that history has in the window, known ones included
 * @param eventsNew events that were new and are in the journal now
 * @param eventsInvalid records that were not valid events; they are in the reject file
 * @param devicesGone how many devices have left the project
 * @param gone some of those devices, by identifier, with where they are now
 * @param unread devices whose history could not be read so far; they are read again at the end, and the gap stays open
 *     until then
 * @param reasons the reasons for some of these devices: identifier and the cloud's words
 * @param estimatedEnd when the pass will end at its present speed; null if not known
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
        List<String> unread,
        List<String> reasons,
        @Nullable Instant estimatedEnd) {
    /** No progress yet. */
    public static final FillProgress NONE =
            new FillProgress(null, false, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of(), List.of(), null);

    /** The limit for lists of names that only inform, so that the gap ledger of a large project stays small. */
    static final int NAMES = 100;

    /** How many reasons one sentence names. */
    private static final int TOLD = 10;

    public FillProgress {
        gone = List.copyOf(gone);
        unread = List.copyOf(unread);
        reasons = List.copyOf(reasons);
    }

    /** The progress of the current pass, from 0 to 100. */
    public int percent() {
        return devicesTotal == 0 ? 0 : (int) (100L * devicesDone / devicesTotal);
    }

    /** One sentence on the devices that could not be read; only to be called if there are any. */
    public String left() {
        String first = reasons.stream().limit(TOLD).collect(Collectors.joining("; "));
        return "the history of " + unread.size() + " of " + Math.max(unread.size(), devicesTotal)
                + " devices could not be read: " + first + (unread.size() > TOLD ? "; …" : "");
    }

    public FillProgress firstPass(Instant at, int devices) {
        return pass(passStarted != null ? passStarted : at, false, devicesDone, devices);
    }

    public FillProgress lastPass(int devices) {
        return pass(passStarted, true, lastPass ? devicesDone : 0, devices);
    }

    /** All devices of the pass are done. */
    public FillProgress complete(int devices) {
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
                unread,
                reasons,
                null);
    }

    /** Whether all devices of the current pass are done. */
    public boolean isThrough() {
        return passStarted != null && devicesDone >= devicesTotal;
    }

    /** One more device of the pass is done. */
    public FillProgress done(DeviceOutcome outcome, boolean early, @Nullable Instant end) {
        int done = devicesDone + 1;
        // The last pass reads only the newest part of the window, so a device that was not read before stays unread.
        boolean whole = !lastPass || !unread.contains(outcome.deviceId());
        return with(outcome, outcome.isRead() && whole, done, early && !lastPass ? done : devicesEarly, end);
    }

    /** A device that could not be read was tried once more. */
    public FillProgress again(DeviceOutcome outcome) {
        return with(outcome, outcome.isRead(), devicesDone, devicesEarly, null);
    }

    /** Moves a device that could not be read to the end of the list, so that each of them is tried. */
    private FillProgress with(DeviceOutcome outcome, boolean complete, int done, int early, @Nullable Instant end) {
        String id = outcome.deviceId();
        List<String> others = without(unread, id::equals);
        List<String> otherReasons = without(reasons, reason -> reason.startsWith(id + ":"));
        return new FillProgress(
                passStarted,
                lastPass,
                done,
                devicesTotal,
                early,
                eventsFound + outcome.found(),
                eventsNew + outcome.added(),
                eventsInvalid + outcome.invalid(),
                devicesGone,
                gone,
                complete ? others : also(others, id),
                outcome.isRead() ? otherReasons : named(otherReasons, outcome.sentence()),
                end);
    }

    /** @param where where the device is now, for a person */
    public FillProgress gone(String deviceId, String where) {
        return withUnread(
                without(unread, deviceId::equals),
                without(reasons, reason -> reason.startsWith(deviceId + ":")),
                devicesGone + 1,
                named(gone, deviceId + " (" + where + ")"));
    }

    /** Devices that are new in the list. */
    public FillProgress joined(List<String> devices) {
        List<String> more = new ArrayList<>(unread);
        more.addAll(devices);
        List<String> why = reasons;
        for (String device : devices) {
            why = named(why, device + ": it is new in the device list");
        }
        return withUnread(more, why, devicesGone, gone);
    }

    private FillProgress withUnread(
            List<String> unreadNow, List<String> reasonsNow, int goneNow, List<String> goneNames) {
        return new FillProgress(
                passStarted,
                lastPass,
                devicesDone,
                devicesTotal,
                devicesEarly,
                eventsFound,
                eventsNew,
                eventsInvalid,
                goneNow,
                goneNames,
                unreadNow,
                reasonsNow,
                null);
    }

    private static List<String> without(List<String> names, Predicate<String> unwanted) {
        return names.stream().filter(unwanted.negate()).toList();
    }

    private static List<String> named(List<String> names, String name) {
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
