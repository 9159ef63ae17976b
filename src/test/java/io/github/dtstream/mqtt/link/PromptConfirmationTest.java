package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PromptConfirmationTest {
    private final AtomicInteger confirmed = new AtomicInteger();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new PromptConfirmation(any -> confirmed.incrementAndGet()));

    @BeforeEach
    void stopTheClock() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void confirmsWhatHasComeIfNothingIsSentThatWouldCarryTheConfirmation() {
        receive();
        assertThat(confirmed).hasValue(0);
        passOneMillisecond();
        assertThat(confirmed).hasValue(1);
    }

    @Test
    void leavesTheConfirmationToWhatIsSentMeanwhile() {
        receive();
        channel.writeOutbound(Unpooled.buffer().writeByte(1));
        passOneMillisecond();
        assertThat(confirmed).hasValue(0);
    }

    @Test
    void confirmsWhatHasComeAfterWhatWasSentLast() {
        receive();
        channel.writeOutbound(Unpooled.buffer().writeByte(1));
        receive();
        passOneMillisecond();
        assertThat(confirmed).hasValue(1);
    }

    @Test
    void confirmsOnceAllThatComesWithinAMillisecond() {
        receive();
        receive();
        passOneMillisecond();
        passOneMillisecond();
        assertThat(confirmed).hasValue(1);
        receive();
        passOneMillisecond();
        assertThat(confirmed).hasValue(2);
    }

    @Test
    void confirmsNothingOnAChannelThatWasClosedMeanwhile() {
        receive();
        channel.close();
        passOneMillisecond();
        assertThat(confirmed).hasValue(0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelTakesTheOption() {
        NioSocketChannel socket = new NioSocketChannel();
        try {
            assertThat(socket.config().setOption(PromptConfirmation.OPTION, true))
                    .isTrue();
        } finally {
            socket.unsafe().closeForcibly();
        }
    }

    private void receive() {
        channel.writeInbound(Unpooled.buffer().writeByte(1));
    }

    private void passOneMillisecond() {
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
