package io.github.dtstream.benchmark;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * The practical floor: the JDK's HTTP client, a scan for line ends, Jackson's streaming parser, and a buffered file or
 * the MQTT client's asynchronous calls. Nothing is durable and nothing is retried. Usage: {@code BareLoop URL FILE} or
 * {@code BareLoop URL mqtt://host:port}. With {@code synced} as last argument, each record is first written to a
 * separate file and synced: the floor for a program that only hands on what survives a power failure.
 */
final class BareLoop {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int WINDOW = 4096;

    private BareLoop() {}

    /** Takes records. */
    private interface Sink {
        void record(FlatRecord record) throws IOException, InterruptedException;

        /** Called when there is nothing to read for the moment, or no more. */
        void idle() throws IOException;
    }

    public static void main(String[] args) throws Exception {
        boolean synced = args.length > 2 && args[2].equals("synced");
        if (args[1].startsWith("mqtt://")) {
            Sink broker = toBroker(URI.create(args[1]));
            receive(args[0], synced ? synced(broker) : broker);
            Thread.currentThread().join(); // the last records are under way
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[1])), BUFFER_BYTES)) {
            Sink file = toFile(out);
            receive(args[0], synced ? synced(file) : file);
        }
    }

    private static void receive(String url, Sink sink) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofInputStream());
        FlatRecord record = new FlatRecord();
        byte[] buffer = new byte[BUFFER_BYTES];
        int kept = 0;
        try (InputStream in = response.body()) {
            int length;
            while ((length = in.read(buffer, kept, buffer.length - kept)) >= 0) {
                int end = kept + length;
                int from = 0;
                for (int i = kept; i < end; i++) {
                    if (buffer[i] == '\n') {
                        if (record.read(buffer, from, i - from)) {
                            sink.record(record);
                        }
                        from = i + 1;
                    }
                }
                kept = end - from;
                System.arraycopy(buffer, from, buffer, 0, kept);
                if (kept == buffer.length) {
                    buffer = Arrays.copyOf(buffer, kept * 2);
                }
                if (in.available() == 0) {
                    sink.idle();
                }
            }
        }
    }

    /** Syncs every record: for low rates. */
    private static Sink synced(Sink sink) throws IOException {
        FileChannel journal =
                FileChannel.open(Path.of("data/synced"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Sink() {
            @Override
            public void record(FlatRecord record) throws IOException, InterruptedException {
                journal.write(ByteBuffer.wrap(record.toBytes()));
                journal.force(false);
                sink.record(record);
            }

            @Override
            public void idle() throws IOException {
                sink.idle();
            }
        };
    }

    private static Sink toFile(OutputStream out) {
        return new Sink() {
            @Override
            public void record(FlatRecord record) throws IOException {
                out.write(record.toBytes());
                out.write('\n');
            }

            @Override
            public void idle() throws IOException {
                out.flush();
            }
        };
    }

    private static Sink toBroker(URI broker) {
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost(broker.getHost())
                .serverPort(broker.getPort())
                .buildAsync();
        client.connect().join();
        Semaphore window = new Semaphore(WINDOW);
        return new Sink() {
            @Override
            public void record(FlatRecord record) throws IOException, InterruptedException {
                window.acquire();
                client.publishWith()
                        .topic(record.topic())
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(record.toBytes())
                        .send()
                        .whenComplete((result, failure) -> window.release());
            }

            @Override
            public void idle() {}
        };
    }
}
