package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Alarms about silent devices. Only time in which the stream works counts; while a gap is open, in which a device may
 * have sent something, only the time after it, but a device gets no more than its time once more. If a device is silent
 * because its Cloud Connector is, only the Cloud Connector's alarm is reported. Times are in milliseconds.
 */
final class SilenceAlarms {
    private final LifeCycle lifeCycle;
    private final StreamTime time;
    private final OpenGaps gaps;
    private final DeviceTracks tracks;
    private final Consumer<Alarm> changed;
    /** A time, as the stream works, not after the next device has been silent for too long. */
    private long nextFlowed;

    /** @param changed gets each alarm that this changes */
    SilenceAlarms(LifeCycle lifeCycle, StreamTime time, OpenGaps gaps, DeviceTracks tracks, Consumer<Alarm> changed) {
        this.lifeCycle = lifeCycle;
        this.time = time;
        this.gaps = gaps;
        this.tracks = tracks;
        this.changed = changed;
    }

    /** Whether a device itself sends such events; the two others come from the cloud. */
    static boolean isSignOfLife(String eventType) {
        return !eventType.equals("labelsChanged") && !eventType.equals("connectionStatus");
    }

    static boolean isConnection(Reading reading) {
        return reading.quantity() == Quantity.CONNECTION;
    }

    void connection(DeviceTrack track, Reading reading) {
        track.isOffline = "OFFLINE".equals(reading.state());
        nextFlowed = 0;
    }

    /** A device from which nothing has come is in the project. Its silence counts from now on. */
    void joined(DeviceTrack track, long at) {
        if (track.heard == Alarm.NEVER) {
            track.heard = -at;
            track.heardFlowed = time.flowed();
            nextFlowed = Math.min(nextFlowed, deadline(track));
        }
    }

    /** @param measured the time of measurement, since 1970 */
    void heard(DeviceTrack track, long measured, boolean isCurrent) {
        if (measured > track.heard) {
            track.heard = measured;
            track.heardFlowed = isCurrent ? time.flowed() : Math.max(track.heardFlowed, time.flowedAt(measured));
        }
        boolean isSilent = false;
        Coverage coverage = track.coverage();
        for (int place = coverage.silences(); place < coverage.size(); place++) {
            Alarm alarm = track.known(place);
            if (alarm != null && alarm.state.isRaised()) {
                if (time.flowed() < track.heardFlowed + alarm.rule.noData()) {
                    lifeCycle.clear(alarm, measured, LifeCycle.describe(alarm, "it sends again"), time.now());
                    changed.accept(alarm);
                } else {
                    isSilent = true;
                }
            }
        }
        for (int place = 0; place < coverage.silences() && !isSilent; place++) {
            Alarm alarm = track.known(place);
            if (alarm != null && alarm.isStale()) {
                lifeCycle.stale(alarm, false, measured);
            }
        }
        // Also for an alarm that was just cleared.
        nextFlowed = Math.min(nextFlowed, deadline(track));
    }

    /** When the first of a device's alarms is due, in time that the stream has worked. */
    private long deadline(DeviceTrack track) {
        long deadline = Long.MAX_VALUE;
        Coverage coverage = track.coverage();
        for (int place = coverage.silences(); place < coverage.size(); place++) {
            Alarm alarm = track.known(place);
            if (track.heard != Alarm.NEVER && (alarm == null || !alarm.state.isRaised() || alarm.isConsequence())) {
                deadline = Math.min(deadline, deadline(track, coverage.rule(place)));
            }
        }
        return deadline;
    }

    private long deadline(DeviceTrack track, RuleInForce rule) {
        long heard = track.heardFlowed;
        long counted = Math.min(Math.max(heard, gaps.newestOpened()), heard + rule.noData());
        return counted + rule.noData();
    }

    /** A gap was opened or filled, so all are due at other times. */
    void gapsChanged() {
        nextFlowed = 0;
    }

    /** A device has been added, or its rules have changed. */
    void selected(DeviceTrack track) {
        nextFlowed = Math.min(nextFlowed, deadline(track));
    }

    /** A time, since 1970, not after {@link #tick} has work. */
    long nextDue() {
        return nextFlowed == Long.MAX_VALUE ? Long.MAX_VALUE : time.now() + Math.max(1, nextFlowed - time.flowed());
    }

    /** Finds devices that have been silent for too long. */
    void tick() {
        if (time.flowed() < nextFlowed) {
            return;
        }
        List<DeviceTrack> due = new ArrayList<>();
        for (DeviceTrack track : tracks.all()) {
            if (deadline(track) <= time.flowed()) {
                due.add(track);
            }
        }
        // Cloud Connectors come before the sensors that they receive.
        due.sort(Comparator.comparing((DeviceTrack track) -> !track.connectors.isEmpty())
                .thenComparing(DeviceTrack::id));
        due.forEach(this::silent);
        nextFlowed = Long.MAX_VALUE;
        for (DeviceTrack track : tracks.all()) {
            nextFlowed = Math.min(nextFlowed, deadline(track));
        }
    }

    private void silent(DeviceTrack track) {
        boolean isConsequence = isConsequence(track);
        Coverage coverage = track.coverage();
        for (int place = coverage.silences(); place < coverage.size(); place++) {
            if (time.flowed() < deadline(track, coverage.rule(place))) {
                continue;
            }
            Alarm alarm = track.alarm(place);
            if (!alarm.state.isRaised()) {
                alarm.handling().isConsequence = isConsequence;
                long since = track.silentSince();
                String why = "it has sent nothing since " + Instant.ofEpochMilli(since)
                        + (isConsequence ? ", because its Cloud Connector is offline" : "");
                lifeCycle.raise(
                        alarm,
                        since,
                        time.now(),
                        LifeCycle.describe(alarm, why),
                        gaps.isAnyIn(since, time.now()) ? LifeCycle.AS_FAR_AS_KNOWN : "",
                        time.now());
                stale(track);
            } else if (alarm.isConsequence() && !isConsequence) {
                alarm.handling().isConsequence = false;
                lifeCycle.tick(alarm, time.now());
            }
            changed.accept(alarm);
        }
        if (isConsequence) {
            // When the Cloud Connector is back, the device gets its full time again.
            track.heardFlowed = time.flowed();
        }
    }

    private void stale(DeviceTrack track) {
        for (int place = 0; place < track.coverage().silences(); place++) {
            Alarm alarm = track.known(place);
            if (alarm != null && alarm.state != AlarmState.NORMAL) {
                lifeCycle.stale(alarm, true, time.now());
            }
        }
    }

    /** Whether all Cloud Connectors that received a device are silent or offline, and one of them has been reported. */
    private boolean isConsequence(DeviceTrack track) {
        boolean isTold = false;
        for (String connector : track.connectors) {
            DeviceTrack heardIt = tracks.get(connector);
            if (heardIt == null || !isAway(heardIt)) {
                return false;
            }
            isTold |= isAnyRaised(heardIt, 0);
        }
        return isTold;
    }

    private static boolean isAway(DeviceTrack connector) {
        return connector.isOffline
                || isAnyRaised(connector, connector.coverage().silences());
    }

    /** Whether one of the alarms from a place on is raised. */
    private static boolean isAnyRaised(DeviceTrack track, int from) {
        for (int place = from; place < track.coverage().size(); place++) {
            Alarm alarm = track.known(place);
            if (alarm != null && alarm.state.isRaised()) {
                return true;
            }
        }
        return false;
    }
}
