package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.DeviceJoined;
import io.github.dtstream.alarm.change.AlarmInput.DeviceLeft;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.alarm.change.AlarmInput.StreamSilent;
import io.github.dtstream.alarm.change.AlarmInput.TimePassed;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the engine must be told beside the events of the journal: gaps, devices that have left or have sent nothing yet,
 * and the time while nothing is received that would show it. Owned by the engine's thread, except where a method says otherwise.
 */
final class EngineNews {
    /** The shortest interval at which the engine gets the time while nothing is received. */
    private static final Duration TIME_EVERY = Duration.ofSeconds(1);
    /** The same after the engine failed at an input, as each is written down. */
    private static final Duration TIME_AFTER_FAILURE = Duration.ofMinutes(1);

    private final AlarmService.Setup setup;
    private final GapNews gaps;
    private final DeviceNews devices = new DeviceNews();
    private final AtomicBoolean gapsChanged = new AtomicBoolean(true);
    private Deadline nextTime;

    EngineNews(AlarmService.Setup setup) {
        this.setup = setup;
        this.gaps = new GapNews(setup.ids());
        this.nextTime = Deadline.after(Duration.ZERO, setup.ticker());
    }

    /** Begins again with the gaps that the engine knows. */
    void restart(Set<Long> openGaps) {
        gaps.restart(openGaps);
        gapsChanged.set(true);
    }

    /** Called by any thread when the gap ledger has changed. */
    void gapsChanged() {
        gapsChanged.set(true);
    }

    /** Called by the thread of the device list for each list that is not doubted. */
    void devicesListed(Set<String> listed, Set<String> left) {
        devices.listed(listed, left);
    }

    /** The gaps that are open for the engine. */
    Set<Long> openGaps() {
        return gaps.open();
    }

    /**
     * The inputs that the engine does not have yet. They count as passed on after {@link #told}.
     *
     * @param processed the number of the last event that the engine processed
     * @param alarms the present alarms
     */
    List<AlarmInput> due(AlarmEngine engine, long processed, List<AlarmView> alarms) {
        if (gapsChanged.getAndSet(false)) {
            gaps.look(setup.gaps().get(), last());
        }
        List<AlarmInput> inputs =
                new ArrayList<>(gaps.due(processed, setup.clock().instant()));
        for (String device : devices.left(alarms)) {
            inputs.add(new DeviceLeft(setup.ids().get(), device, setup.clock().instant()));
        }
        for (String device : devices.joined(engine::isUnheard)) {
            inputs.add(new DeviceJoined(setup.ids().get(), device, setup.clock().instant()));
        }
        if (nextTime.isOver() && isTimeDue(engine)) {
            time(processed).ifPresent(inputs::add);
        }
        return inputs;
    }

    /** The engine is told of an input. */
    void told(AlarmInput input) {
        if (input instanceof GapChanged gap) {
            gaps.told(gap);
        }
    }

    /** The engine failed at an input. If that was the time, it fails again. */
    void failed() {
        nextTime = Deadline.after(TIME_AFTER_FAILURE, setup.ticker());
    }

    private long last() {
        return setup.events().status().nextSequence() - 1;
    }

    private boolean isTimeDue(AlarmEngine engine) {
        Instant due = setup.isStreaming().getAsBoolean()
                ? gaps.interruption()
                        .map(open -> engine.dueInSilence(open.from()))
                        .orElse(Instant.MAX)
                : engine.due();
        return !setup.clock().instant().isBefore(due);
    }

    /** The time; empty if events show it. */
    Optional<AlarmInput> time(long processed) {
        if (processed < last()) {
            return Optional.empty();
        }
        nextTime = Deadline.after(TIME_EVERY, setup.ticker());
        Instant now = setup.clock().instant();
        if (!setup.isStreaming().getAsBoolean()) {
            return Optional.of(new TimePassed(setup.ids().get(), now));
        }
        return gaps.interruption().map(open -> new StreamSilent(setup.ids().get(), open.from(), now, open.reason()));
    }
}
