package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Reads devices in their order, one window of history each, and reports the outcome of each. A single failing device
 * does not delay the others. If several fail in a row, the cloud fails, or a proxy answers in its place. Used by one
 * thread.
 */
final class Sweep {
    private static final int FAILURES_IN_A_ROW = 3;
    private static final int MOST_DOUBLINGS = 5;
    private static final Duration HELD_CHECK = Duration.ofSeconds(1);

    private final DeviceReader reader;
    private final EventLog log;
    private final int knownAtOnce;
    private final MemoryBudget memory;
    private final Clock clock;
    private final Sleeper sleeper;

    Sweep(DeviceReader reader, EventLog log, int knownAtOnce, MemoryBudget memory, Clock clock, Sleeper sleeper) {
        this.reader = reader;
        this.log = log;
        this.knownAtOnce = knownAtOnce;
        this.memory = memory;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * A request to read devices.
     *
     * @param past a time in the window that is certainly past, whatever the clock says
     * @param early whether history may still lack events of the window
     */
    record Request(List<String> devices, Window window, List<String> eventTypes, Instant past, BooleanSupplier early) {
        /** A request whose result need not be complete. */
        Request(List<String> devices, Window window, List<String> eventTypes) {
            this(devices, window, eventTypes, window.from(), () -> true);
        }

        /** The part of the window that is past: the cloud may refuse an end in the future. */
        Window window(boolean isEarly, Instant now) {
            Instant latest = now.isAfter(past) ? now : past;
            return isEarly && latest.isBefore(window.to()) ? new Window(window.from(), latest) : window;
        }
    }

    /** Takes the outcome of each device, in the devices' order. */
    @FunctionalInterface
    interface Observer {
        /**
         * @param early whether history may have lacked events of the window
         * @return false to stop
         */
        boolean done(DeviceOutcome outcome, boolean early) throws InterruptedException;
    }

    /** A device's outcome, and whether the device was read too early. */
    private record Timed(DeviceOutcome outcome, boolean early) {}

    /**
     * @param first the index of the first device
     * @param stalls how often the sweep was given up since the last device was done. Each time it tolerates more
     *     failures in a row, as devices that are next to each other may all fail for ever
     * @throws CloudException if several devices failed in a row, or the credentials are refused; devices after the last
     *     reported one must be read again
     */
    void run(Request request, int first, int stalls, Observer observer)
            throws CloudException, IOException, InterruptedException {
        try (KnownEvents known = new KnownEvents(log, request.window(), knownAtOnce, memory)) {
            run(request, first, stalls, observer, known);
        }
    }

    private void run(Request request, int first, int stalls, Observer observer, KnownEvents known)
            throws CloudException, IOException, InterruptedException {
        int mostFailures = FAILURES_IN_A_ROW << Math.min(stalls, MOST_DOUBLINGS);
        List<Timed> failed = new ArrayList<>();
        for (int i = first; i < request.devices().size(); i++) {
            awaitRoom();
            known.next(request.devices(), i);
            boolean early = request.early().getAsBoolean();
            DeviceOutcome outcome;
            try {
                outcome = reader.read(
                        request.devices().get(i), request.window(early, clock.instant()), request.eventTypes(), known);
            } catch (CloudException e) {
                outcome = judge(request.devices().get(i), e);
                if (outcome.kind() == DeviceOutcome.Kind.FAILED) {
                    failed.add(new Timed(outcome, early));
                    if (failed.size() >= mostFailures) {
                        throw e;
                    }
                    continue;
                }
            }
            if (!tell(failed, observer) || !observer.done(outcome, early)) {
                return;
            }
        }
        tell(failed, observer);
    }

    private static boolean tell(List<Timed> failed, Observer observer) throws InterruptedException {
        for (Timed each : failed) {
            if (!observer.done(each.outcome(), each.early())) {
                return false;
            }
        }
        failed.clear();
        return true;
    }

    private static DeviceOutcome judge(String deviceId, CloudException failure) throws CloudException {
        Fault fault = failure.fault();
        if (fault.kind() == FaultKind.CREDENTIALS) {
            throw failure;
        }
        if (fault.kind() != FaultKind.PERMANENT) {
            return DeviceOutcome.without(deviceId, DeviceOutcome.Kind.FAILED, fault.summary());
        }
        boolean unknown = fault.status().orElse(0) == 404;
        return DeviceOutcome.without(
                deviceId, unknown ? DeviceOutcome.Kind.UNKNOWN : DeviceOutcome.Kind.REFUSED, fault.summary());
    }

    /** Waits while the disk is full, so that the live stream continues first when the disk has room again. */
    private void awaitRoom() throws InterruptedException {
        while (log.isHeld()) {
            sleeper.sleep(HELD_CHECK);
        }
    }
}
