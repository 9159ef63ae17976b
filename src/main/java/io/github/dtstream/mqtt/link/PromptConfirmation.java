package io.github.dtstream.mqtt.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/**
 * Makes the kernel confirm the broker's data soon if nothing is sent that carries the confirmation. Otherwise Linux
 * delays a confirmation by 40 ms, and a broker that does not set {@code TCP_NODELAY}, as mosquitto by default, sends no
 * further acknowledgements until it has come, so a client that waits for them before it sends more would stand still.
 *
 * <p>This is done after a millisecond and not at once, as until then the broker gathers acknowledgements and sends them
 * together; otherwise each would be a packet. The option does not last: the kernel confirms what is due now, and delays
 * the next confirmation again. If the system does not have the option, nothing is done.
 *
 * <p>First in the channel's pipeline; used by the link's own thread only.
 */
final class PromptConfirmation extends ChannelDuplexHandler {
    static final ChannelOption<Boolean> OPTION = option(ExtendedSocketOptions.TCP_QUICKACK);

    private static final long DELAY_MILLIS = 1;

    private final Consumer<Channel> kernel;
    private boolean due;
    /** Whether something was read since something was last sent. */
    private boolean owed;

    PromptConfirmation() {
        this(channel -> channel.config().setOption(OPTION, true));
    }

    /** @param kernel confirms the data received on the channel */
    PromptConfirmation(Consumer<Channel> kernel) {
        this.kernel = kernel;
    }

    private static <T> ChannelOption<T> option(SocketOption<T> option) {
        return NioChannelOption.of(option);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        owed = true;
        context.fireChannelReadComplete();
        if (!due) {
            due = true;
            context.executor().schedule(() -> confirm(context.channel()), DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        owed = false;
        context.flush();
    }

    private void confirm(Channel channel) {
        due = false;
        if (owed && channel.isActive()) {
            owed = false;
            kernel.accept(channel);
        }
    }
}
