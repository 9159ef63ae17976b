package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.gap.FillProgress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressEstimateTest {
    private final SimulatedTime time = new SimulatedTime(World.START);

    @Test
    void saysNothingOfAPassThatIsSoonDone() {
        assertThat(linesOf(40, Duration.ofMillis(200))).isEmpty();
    }

    @Test
    void saysEveryTenSecondsWhereItStandsAndHowLongItWillTake() {
        List<String> lines = linesOf(500, Duration.ofMillis(250));

        assertThat(lines).hasSize(12);
        assertThat(lines.get(0))
                .isEqualTo("Gap 1: 40 of 500 devices (8 %), 40 events, 40 of them new; about 115 s left");
        assertThat(lines.get(11))
                .isEqualTo("Gap 1: 480 of 500 devices (96 %), 480 events, 480 of them new; about 5 s left");
    }

    @Test
    void saysEachStepOfAPassWhoseDevicesTakeLong() {
        assertThat(linesOf(5, Duration.ofMinutes(2)))
                .hasSize(4)
                .first()
                .asString()
                .contains("1 of 5 devices (20 %)", "about 8 min left");
    }

    private List<String> linesOf(int devices, Duration each) {
        try (LogCapture log = LogCapture.of(ProgressEstimate.class)) {
            FillProgress progress = FillProgress.NONE.firstPass(time.instant(), devices);
            ProgressEstimate estimate = new ProgressEstimate("Gap 1", progress, time, time);
            for (int i = 1; i <= devices; i++) {
                time.advance(each);
                DeviceOutcome outcome = DeviceOutcome.read("d" + i, 1, 1, 0);
                progress = progress.done(outcome, false, estimate.estimatedEnd(i, devices));
                estimate.log(progress);
            }
            return log.messages();
        }
    }
}
