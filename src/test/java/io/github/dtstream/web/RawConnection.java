package io.github.dtstream.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

/** A connection over which a test sends what no client would. */
final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();

    RawConnection(int port) throws IOException {
        this("127.0.0.1", port, 0);
    }

    /** @param receiveBuffer the size of the kernel's buffer, for a test that does not read; 0 for the default */
    RawConnection(String host, int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(host, port));
    }

    /** Sends lines as they are, each with HTTP's line break, at once, as a server may close after the first. */
    RawConnection send(String... lines) throws IOException {
        return sendPart(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends text without a line break. */
    RawConnection sendPart(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Reads to the end of an answer's head. */
    String head() throws IOException {
        return until("\r\n\r\n");
    }

    /** Reads until one of these texts has come. */
    String until(String... ends) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (Stream.of(ends).noneMatch(bytes.toString(StandardCharsets.ISO_8859_1)::endsWith)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the end came after: " + bytes.toString(StandardCharsets.ISO_8859_1));
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads until the other side closes. */
    String rest() throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    /** Whether the other side has closed, or closes within that time. */
    boolean isClosedWithin(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            while (socket.getInputStream().read() >= 0) {
                // Bytes that were sent before.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
