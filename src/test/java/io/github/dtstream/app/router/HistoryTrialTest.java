package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryTrialTest {
    private final AtomicLong nanos = new AtomicLong();
    private final StringWriter terminal = new StringWriter();

    private HistoryTrial.ProgressLine line(boolean isShown) {
        return new HistoryTrial.ProgressLine(new PrintWriter(terminal), isShown, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void saysHowFarItIsAndHowLongItTakesAndIsGoneAfterwards() {
        HistoryTrial.ProgressLine line = line(true);
        line.show(0, 4, "none");
        pass(Duration.ofSeconds(10));
        line.show(1, 4, "one");
        pass(Duration.ofMillis(100));
        line.show(2, 4, "too soon");
        line.close();
        assertThat(terminal.toString().split("\r", -1))
                .containsExactly(
                        "",
                        "[....................] 0 %, none",
                        "[#####...............] 25 %, one, about 30 s left",
                        " ".repeat("[#####...............] 25 %, one, about 30 s left".length()),
                        "");
    }

    @Test
    void writesNothingWhereThereIsNoTerminal() {
        HistoryTrial.ProgressLine line = line(false);
        line.show(1, 4, "one");
        line.close();
        assertThat(terminal.toString()).isEmpty();
    }
}
