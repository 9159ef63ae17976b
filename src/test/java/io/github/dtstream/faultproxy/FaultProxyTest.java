package io.github.dtstream.faultproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.time.Sleeper;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class FaultProxyTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int SHORT_MILLIS = 300;

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::serve);
        proxy = FaultProxy.start(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                daemon(() -> echo(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The proxy cut the connection.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes());
        socket.getOutputStream().flush();
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        byte[] all = new byte[bytes];
        new DataInputStream(socket.getInputStream()).readFully(all);
        return new String(all);
    }

    private static void roundTrip(Socket socket, String text) throws IOException {
        send(socket, text);
        assertThat(receive(socket, text.length())).isEqualTo(text);
    }

    @Test
    void carriesBytesUnchangedInBothDirectionsAndTheEndToo() throws Exception {
        byte[] sent = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(sent);
        try (Socket socket = connect()) {
            daemon(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        }
        assertThat(proxy.bytesDown()).isEqualTo(sent.length);
        assertThat(proxy.bytesUp()).isEqualTo(sent.length);
    }

    @Test
    void cutsWithAnOrderlyEnd() throws Exception {
        try (Socket socket = connect()) {
            roundTrip(socket, "hello");

            proxy.cut(Cut.FIN);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void cutsWithAReset() throws Exception {
        try (Socket socket = connect()) {
            roundTrip(socket, "hello");

            proxy.cut(Cut.RST);

            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void swallowsEverythingInABlackHoleAndTellsNoEnd() throws Exception {
        try (Socket open = connect()) {
            roundTrip(open, "hello");

            proxy.blackHole();

            send(open, "lost?");
            open.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            echo.close();
            assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void acceptsConnectionsInABlackHoleAndGoesOnWhenItIsOver() throws Exception {
        proxy.blackHole();
        try (Socket socket = connect()) {
            send(socket, "hello");
            socket.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.pass();

            socket.setSoTimeout(PATIENCE_MILLIS);
            assertThat(receive(socket, 5)).isEqualTo("hello");
        }
    }

    @Test
    void refusesConnectionsUntilItPassesAgainOnTheSamePort() throws Exception {
        proxy.refuse();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

        proxy.pass();

        try (Socket socket = connect()) {
            roundTrip(socket, "back");
        }
    }

    @Test
    void resetsAClientWhoseServerIsNotThere() throws Exception {
        try (Socket taken = new Socket()) {
            // The port is bound, so that nobody else gets it, but nobody listens on it.
            taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            proxy.target(taken.getLocalPort());
            Socket socket = connect();

            assertThatThrownBy(() -> {
                        send(socket, "anybody?");
                        if (socket.getInputStream().read() < 0) {
                            throw new SocketException("end");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void writesInSlices() throws Exception {
        proxy.slice(3, Duration.ofMillis(5));
        try (Socket socket = connect()) {
            send(socket, "0123456789012345678901234567890123456789");

            List<Integer> reads = new ArrayList<>();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[100];
            while (received.size() < 40) {
                int n = in.read(buffer);
                reads.add(n);
                received.write(buffer, 0, n);
            }

            assertThat(received).hasToString("0123456789012345678901234567890123456789");
            assertThat(reads).hasSizeGreaterThan(1);
        }
    }

    @Test
    void delaysWithoutThrottling() throws Exception {
        proxy.delay(Duration.ofMillis(400));
        try (Socket socket = connect()) {
            long begin = System.nanoTime();
            int messages = 200;
            for (int i = 0; i < messages; i++) {
                send(socket, "0123456789");
            }
            receive(socket, 10 * messages);
            Duration taken = Duration.ofNanos(System.nanoTime() - begin);

            // One after the other they would take 80 seconds; the upper bound only distinguishes the two cases.
            assertThat(taken).isBetween(Duration.ofMillis(400), Duration.ofMinutes(1));
        }
    }

    @Test
    void limitsTheBandwidth() throws Exception {
        proxy.bandwidth(100_000);
        try (Socket socket = connect()) {
            long begin = System.nanoTime();
            send(socket, "x".repeat(50_000));
            receive(socket, 50_000);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(400));
        }
    }

    @Test
    void cutsAfterSoManyBytesOnceOnly() throws Exception {
        proxy.cutAfter(7, Cut.FIN);
        try (Socket first = connect();
                Socket second = connect()) {
            send(first, "0123456789");

            assertThat(new String(first.getInputStream().readAllBytes())).isEqualTo("0123456");
            roundTrip(second, "0123456789");
        }
    }

    @Test
    void cutsAfterSoManyBytesWithAReset() throws Exception {
        proxy.cutAfter(7, Cut.RST);
        try (Socket socket = connect()) {
            send(socket, "0123456789");

            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void cutsAfterSoManyBytesFromClients() throws Exception {
        proxy.cutAfterUp(7, Cut.RST);
        try (Socket first = connect();
                Socket second = connect()) {
            send(first, "0123456789");

            assertThatThrownBy(() -> first.getInputStream().readNBytes(8)).isInstanceOf(SocketException.class);
            roundTrip(second, "0123456789");
        }
    }

    @Test
    void countsWhatCameFromClientsAlsoWhileItIsOnItsWay() throws Exception {
        proxy.delay(Duration.ofDays(1));
        try (Socket socket = connect()) {
            send(socket, "0123456789");

            await().atMost(Duration.ofMillis(PATIENCE_MILLIS)).until(() -> proxy.bytesUp() == 10);
            assertThat(proxy.bytesDown()).isZero();
        }
    }

    @Test
    void takesItsPortAgainAtOnceHoweverOftenItRefused() throws Exception {
        for (int i = 0; i < 300; i++) {
            proxy.refuse();
            proxy.pass();
        }
        try (Socket socket = connect()) {
            send(socket, "hello");

            assertThat(receive(socket, 5)).isEqualTo("hello");
        }
    }

    @Test
    void movesTheDateOfHttpAnswersOnly() throws Exception {
        proxy.shiftDates(Duration.ofHours(-2));
        try (Socket socket = connect()) {
            String head = "HTTP/1.1 200 OK\r\nDate: Sun, 01 Nov 2026 01:00:00 GMT\r\n\r\nDate: x";
            send(socket, head);

            assertThat(receive(socket, head.length()))
                    .isEqualTo(head.replace("Sun, 01 Nov 2026 01", "Sat, 31 Oct 2026 23"));
        }
    }

    @Test
    void makesTheSameScheduleFromTheSameSeed() {
        FaultSchedule one = new FaultSchedule(7, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(2));
        FaultSchedule other = new FaultSchedule(7, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(2));

        for (int i = 0; i < 100; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    @Test
    void survivesAScheduleAndTellsWhatWasDone() throws Exception {
        FaultSchedule schedule = new FaultSchedule(3, List.of(), Duration.ofMillis(5), Duration.ofMillis(20));
        Sleeper sleeper = Sleeper.SYSTEM;
        for (int i = 0; i < 40; i++) {
            schedule.run(schedule.next(), proxy, sleeper);
        }

        assertThat(schedule.done().values().stream().mapToInt(n -> n).sum()).isEqualTo(40);
        assertThat(proxy.log()).hasSizeGreaterThanOrEqualTo(80);
        try (Socket socket = connect()) {
            roundTrip(socket, "still here");
        }
    }
}
