package io.github.dtstream.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedBodyTest {

    /** Returns one piece per read, as a socket does; a read after the last piece fails instead of waiting. */
    private static final class Socket extends InputStream {
        private final Deque<byte[]> pieces = new ArrayDeque<>();

        Socket(String... arriving) {
            Arrays.stream(arriving).forEach(piece -> pieces.add(piece.getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (pieces.isEmpty()) {
                throw new IllegalStateException("would wait");
            }
            byte[] piece = pieces.remove();
            System.arraycopy(piece, 0, into, offset, piece.length);
            return piece.length;
        }
    }

    private static InputStream body(String sent) {
        return new ChunkedBody(new ByteArrayInputStream(sent.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String read(InputStream body) throws IOException {
        byte[] into = new byte[100];
        int length = body.read(into);
        return length < 0 ? "end" : new String(into, 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void oneReadGivesAllChunksThatHaveArrived() throws Exception {
        InputStream body =
                new ChunkedBody(new Socket("3\r\nabc\r\n4\r\ndefg\r\n2\r\nh", "i\r\n", "1\r\nj\r\n0\r\n\r\n"));

        assertThat(read(body)).isEqualTo("abcdefgh");
        assertThat(read(body)).isEqualTo("i");
        assertThat(read(body)).isEqualTo("j");
        assertThat(read(body)).isEqualTo("end");
        assertThat(read(body)).isEqualTo("end");
    }

    @Test
    void givesWhatIsThereBeforeItWaitsForAHeadThatIsCutShort() throws Exception {
        InputStream body = new ChunkedBody(new Socket("3\r\nabc\r\n1", "0\r\n0123456789ABCDEF"));

        assertThat(read(body)).isEqualTo("abc");
        assertThat(read(body)).isEqualTo("0123456789ABCDEF");
        assertThatThrownBy(() -> read(body)).hasMessage("would wait");
    }

    @Test
    void anyCutsOfTheBytesAndAnySizeOfReadsGiveTheSameContent() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] content = new byte[random.nextInt(2000)];
            random.nextBytes(content);
            byte[] sent = chunked(content, random);
            InputStream pieces = new ByteArrayInputStream(sent) {
                @Override
                public synchronized int read(byte[] into, int offset, int length) {
                    return super.read(into, offset, Math.min(length, 1 + random.nextInt(40)));
                }
            };
            assertThat(readByPieces(new ChunkedBody(pieces), random, content.length))
                    .isEqualTo(content);
        }
    }

    private static byte[] chunked(byte[] content, Random random) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int at = 0;
        while (at < content.length) {
            int size = Math.min(content.length - at, 1 + random.nextInt(300));
            String head = random.nextBoolean() ? Integer.toHexString(size) : String.format("%04X;name=\"v\"", size);
            sent.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            sent.write(content, at, size);
            sent.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            at += size;
        }
        sent.write("0\r\nTrailer: x\r\nOther: y\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return sent.toByteArray();
    }

    private static byte[] readByPieces(InputStream body, Random random, int most) throws IOException {
        byte[] all = new byte[most + 100];
        int total = 0;
        int length;
        while ((length = body.read(all, total, 1 + random.nextInt(Math.min(90, all.length - total)))) >= 0) {
            total += length;
        }
        return Arrays.copyOf(all, total);
    }

    @Test
    void readsByteByByte() throws Exception {
        InputStream body = body("2\r\n\u0001z\r\n0\r\n\r\n");

        assertThat(IntStream.of(body.read(), body.read(), body.read())).containsExactly(1, 122, -1);
    }

    @Test
    void endsWithoutTrailersWhereTheConnectionDoes() throws Exception {
        assertThat(new String(body("1\r\na\r\n0\r\n").readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("a");
    }

    @Test
    void dataThatIsCutShortIsNoEnd() throws Exception {
        InputStream body = body("5\r\nab");

        assertThat(read(body)).isEqualTo("ab");
        assertThatThrownBy(() -> read(body)).isInstanceOf(TruncatedChunkException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "2\r", "2\r\nab", "2\r\nab\r", "2\r\nab\r\n"})
    void anEndBetweenChunksIsACutConnection(String sent) {
        assertThatThrownBy(() -> body(sent).readAllBytes()).isInstanceOf(ConnectionClosedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "\r\n",
                "-1\r\n",
                "1\r\nab\r\n",
                "1234567890123456\r\n",
                ";\r\n",
            })
    void whatIsNoChunkIsRefused(String sent) {
        assertThatThrownBy(() -> body(sent).readAllBytes()).isInstanceOf(MalformedChunkCodingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;", "0\r\n"})
    void extensionsAndTrailersHaveABound(String begin) {
        assertThatThrownBy(() -> body(begin + "e".repeat(70_000)).readAllBytes())
                .isInstanceOf(MalformedChunkCodingException.class)
                .hasMessageContaining("65536 bytes beside the data");
    }

    @Test
    void closedItGivesNoMore() throws Exception {
        InputStream body = body("5\r\nabcde\r\n");
        body.close();

        assertThat(read(body)).isEqualTo("end");
    }
}
