package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Notes the reason code of a refused message, and replaces codes that MQTT 5 does not define for it by 0x80
 * (unspecified error). The HiveMQ client would treat such an answer as malformed and end the connection, without naming
 * the message: mosquitto refuses messages beyond its {@code message_size_limit} with 0x95.
 *
 * <p>Used by the link's own thread only.
 */
final class ReasonCodes extends ChannelInboundHandlerAdapter {
    private static final int PUBACK = 4;
    private static final int PUBREC = 5;
    private static final int REASON_AT = 2;
    private static final int FIRST_ERROR = 0x80;

    private enum Expected {
        TYPE,
        LENGTH,
        BODY
    }

    private final Queue<Integer> errors = new ArrayDeque<>();
    private Expected expected = Expected.TYPE;
    private int type;
    private int length;
    private int lengthBits;
    private int position;

    /** Removes and returns the reason of the oldest refusal; null if there is none. */
    @Nullable
    Integer next() {
        return errors.poll();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            read(bytes);
        }
        context.fireChannelRead(message);
    }

    private void read(ByteBuf bytes) {
        int index = bytes.readerIndex();
        while (index < bytes.writerIndex()) {
            index = switch (expected) {
                case TYPE -> type(bytes, index);
                case LENGTH -> length(bytes, index);
                case BODY -> body(bytes, index);
            };
        }
    }

    private int type(ByteBuf bytes, int index) {
        type = bytes.getUnsignedByte(index) >> 4;
        length = 0;
        lengthBits = 0;
        expected = Expected.LENGTH;
        return index + 1;
    }

    private int length(ByteBuf bytes, int index) {
        int digit = bytes.getUnsignedByte(index);
        length |= (digit & 0x7F) << lengthBits;
        lengthBits += 7;
        if ((digit & 0x80) == 0) {
            position = 0;
            expected = length == 0 ? Expected.TYPE : Expected.BODY;
        }
        return index + 1;
    }

    private int body(ByteBuf bytes, int index) {
        int here = Math.min(length - position, bytes.writerIndex() - index);
        int reasonAt = index + REASON_AT - position;
        if ((type == PUBACK || type == PUBREC) && reasonAt >= index && reasonAt < index + here) {
            reason(bytes, reasonAt);
        }
        position += here;
        if (position == length) {
            expected = Expected.TYPE;
        }
        return index + here;
    }

    private void reason(ByteBuf bytes, int index) {
        int code = bytes.getUnsignedByte(index);
        if (code < FIRST_ERROR) {
            return;
        }
        errors.add(code);
        // PUBREC has the same codes.
        if (Mqtt5PubAckReasonCode.fromCode(code) == null) {
            bytes.setByte(index, Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR.getCode());
        }
    }
}
