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
 * Has the kernel confirm soon what the broker has sent, where nothing goes out that carries the confirmation. Linux delays a
 * confirmation by 40 ms otherwise, and a broker that does not set {@code TCP_NODELAY}, as mosquitto by default, sends no
 * further acknowledgements of messages until it has come: whoever waits for them before he sends more would stand still.
 *
 * <p>It is done after a millisecond and not at once: until then the broker gathers acknowledgements, which come together. Each
 * would be a packet of its own otherwise. The option is not a lasting one: the kernel confirms what it owes now, and
 * delays the next confirmation again. Where the system has no such option nothing is done.
 *
 * <p>Stands first in the channel's pipeline; used by the link's own thread only.
 */
final class PromptConfirmation extends ChannelDuplexHandler {
    static final ChannelOption<Boolean> OPTION = option(ExtendedSocketOptions.TCP_QUICKACK);

    private static final long DELAY_MILLIS = 1;

    private final Consumer<Channel> kernel;
    private boolean due;
    /** Whether something was read after the last time that something was sent. */
    private boolean owed;

    PromptConfirmation() {
        this(channel -> channel.config().setOption(OPTION, true));
    }

    /** @param kernel confirms what has come on the channel */
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
