package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReasonCodesTest {
    /** A long PUBLISH that contains bytes like those of a PUBACK, and answers with and without a reason. */
    private static final String PUBLISH = "30c8010001744003000195" + "95".repeat(192);

    private static final String BEFORE =
            "20030000004002000140030002954003000310d000" + PUBLISH + "500400049500" + "4003000587" + "70020006";
    private static final String AFTER =
            "20030000004002000140030002804003000310d000" + PUBLISH + "500400048000" + "4003000587" + "70020006";

    private final ReasonCodes reasons = new ReasonCodes();
    private final EmbeddedChannel channel = new EmbeddedChannel(reasons);

    private String read(int chunk) {
        byte[] bytes = HexFormat.of().parseHex(BEFORE);
        for (int from = 0; from < bytes.length; from += chunk) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(chunk, bytes.length - from)));
        }
        StringBuilder passed = new StringBuilder();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            passed.append(ByteBufUtil.hexDump(part));
        }
        return passed.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 11, 64, 1_000})
    void readsTheSameHoweverTheBytesArrive(int chunk) {
        assertThat(read(chunk)).isEqualTo(AFTER);

        List<Integer> codes = new ArrayList<>();
        for (Integer code = reasons.next(); code != null; code = reasons.next()) {
            codes.add(code);
        }
        assertThat(codes).containsExactly(0x95, 0x95, 0x87);
    }

    @Test
    void hasNothingToTellOfAnswersThatTake() {
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("400200014003000210")));

        assertThat(reasons.next()).isNull();
    }
}
