package io.github.dtstream.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A broker whose answers the test defines, in bytes of MQTT 5 and 3.1.1 over real sockets. It keeps received messages
 * and forwards none. A null reply closes the connection; an empty one sends nothing. Thread-safe.
 */
public final class StubBroker implements AutoCloseable {
    static final int V5 = 5;
    static final int V3_1_1 = 4;
    static final byte[] NO_REPLY = {};

    /**
     * A CONNECT.
     *
     * @param number the number of the connection, from 1
     * @param willTopic null without a will
     */
    record Connect(
            int number,
            int version,
            String clientId,
            @Nullable String willTopic,
            int willQos,
            boolean willRetained,
            int keepAlive) {}

    /** A PUBLISH, with its topic alias resolved; {@code alias} is 0 without one. */
    public record Publish(
            int connection, int version, int id, String topic, String payload, int qos, boolean retained, int alias) {}

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Connect> connects = new CopyOnWriteArrayList<>();
    private final List<Publish> publishes = new CopyOnWriteArrayList<>();
    private final List<String> subscriptions = new CopyOnWriteArrayList<>();
    private volatile Function<Connect, byte @Nullable []> onConnect = connect -> accept(connect);
    private volatile Function<Publish, byte @Nullable []> onPublish = publish -> acknowledge(publish, 0);
    private volatile Predicate<String> maySubscribe = topic -> true;
    private final AtomicInteger pings = new AtomicInteger();
    private volatile boolean reading = true;

    private StubBroker(ServerSocket server) {
        this.server = server;
    }

    public static StubBroker start() throws IOException {
        StubBroker broker = new StubBroker(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(broker::accept, "stub-broker");
        thread.setDaemon(true);
        thread.start();
        return broker;
    }

    public String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    List<Connect> connects() {
        return List.copyOf(connects);
    }

    public List<Publish> publishes() {
        return List.copyOf(publishes);
    }

    public List<String> payloads() {
        return publishes.stream().map(Publish::payload).toList();
    }

    List<String> subscriptions() {
        return List.copyOf(subscriptions);
    }

    int pings() {
        return pings.get();
    }

    StubBroker onConnect(Function<Connect, byte @Nullable []> reply) {
        onConnect = reply;
        return this;
    }

    /** Admits nobody until it accepts connections again. */
    public void refuseConnections() {
        onConnect = connect -> null;
    }

    public void acceptConnections() {
        onConnect = connect -> accept(connect);
    }

    public StubBroker onPublish(Function<Publish, byte @Nullable []> reply) {
        onPublish = reply;
        return this;
    }

    /** Sets the topics that may be subscribed to; a subscription to another topic closes the connection. */
    StubBroker maySubscribe(Predicate<String> allowed) {
        maySubscribe = allowed;
        return this;
    }

    /** Stops reading from all connections, as a stopped process does. */
    void freeze() {
        reading = false;
    }

    void thaw() {
        reading = true;
    }

    /** The number of connections that it has not closed. */
    long openConnections() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    void sendToAll(byte[] bytes) throws IOException {
        for (Socket socket : sockets) {
            if (!socket.isClosed()) {
                send(socket, bytes);
            }
        }
    }

    /** Publishes to all connected clients, as if another client had published. */
    void say(String topic, String payload) throws IOException {
        for (int i = 0; i < sockets.size(); i++) {
            Socket socket = sockets.get(i);
            if (!socket.isClosed()) {
                int version = connects.get(i).version();
                byte[] name = topic.getBytes(StandardCharsets.UTF_8);
                byte[] properties = version == V5 ? bytes(0) : NO_REPLY;
                send(
                        socket,
                        packet(
                                0x30,
                                bytes(0, name.length),
                                name,
                                properties,
                                payload.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    /** The CONNACK that accepts a connection, with these MQTT 5 properties. */
    static byte[] accept(Connect connect, int... properties) {
        return connect.version() == V5
                ? packet(0x20, bytes(0, 0, properties.length), bytes(properties))
                : packet(0x20, bytes(0, 0));
    }

    static byte[] refuse(Connect connect, int code) {
        return connect.version() == V5 ? packet(0x20, bytes(0, code, 0)) : packet(0x20, bytes(0, code));
    }

    /** PUBACK or PUBREC, with a reason code in MQTT 5; nothing at QoS 0. */
    public static byte[] acknowledge(Publish publish, int code) {
        if (publish.qos() == 0) {
            return NO_REPLY;
        }
        int type = publish.qos() == 1 ? 0x40 : 0x50;
        byte[] id = bytes(publish.id() >> 8, publish.id() & 0xFF);
        return code == 0 || publish.version() != V5 ? packet(type, id) : packet(type, id, bytes(code));
    }

    static byte[] disconnect(int code) {
        return packet(0xE0, bytes(code));
    }

    private static byte[] packet(int type, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        int length = body.size();
        do {
            packet.write(length > 127 ? length % 128 | 0x80 : length);
            length /= 128;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = sockets.size();
                Thread thread = new Thread(() -> serve(socket, number), "stub-broker-" + number);
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // The connection is closed.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Map<Integer, String> aliases = new HashMap<>();
            int version = 0;
            while (true) {
                int type = in.readUnsignedByte();
                byte[] body = in.readNBytes(length(in));
                while (!reading) {
                    LockSupport.parkNanos(1_000_000);
                }
                DataInputStream packet = new DataInputStream(new ByteArrayInputStream(body));
                byte[] reply;
                switch (type >> 4) {
                    case 1 -> {
                        Connect connect = connect(packet, number);
                        version = connect.version();
                        connects.add(connect);
                        reply = onConnect.apply(connect);
                    }
                    case 3 -> {
                        Publish publish = publish(packet, type, number, version, aliases);
                        publishes.add(publish);
                        reply = onPublish.apply(publish);
                    }
                    case 6 -> reply = packet(0x70, bytes(packet.read(), packet.read()));
                    case 8 -> reply = subscribe(packet, version);
                    case 12 -> {
                        pings.incrementAndGet();
                        reply = bytes(0xD0, 0);
                    }
                    default -> reply = null;
                }
                if (reply == null) {
                    return;
                }
                send(socket, reply);
                if (reply.length > 0 && (reply[0] & 0xFF) == 0xE0) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            if ((digit & 0x80) == 0) {
                return length;
            }
        }
    }

    private static Connect connect(DataInputStream in, int number) throws IOException {
        in.readUTF();
        int version = in.read();
        int flags = in.read();
        int keepAlive = in.readUnsignedShort();
        skipProperties(in, version);
        String clientId = in.readUTF();
        boolean hasWill = (flags & 4) != 0;
        if (hasWill) {
            skipProperties(in, version);
        }
        String willTopic = hasWill ? in.readUTF() : null;
        return new Connect(number, version, clientId, willTopic, flags >> 3 & 3, (flags & 0x20) != 0, keepAlive);
    }

    private static void skipProperties(DataInputStream in, int version) throws IOException {
        if (version == V5) {
            in.skipNBytes(length(in));
        }
    }

    private static Publish publish(DataInputStream in, int type, int number, int version, Map<Integer, String> aliases)
            throws IOException {
        String topic = in.readUTF();
        int qos = type >> 1 & 3;
        int id = qos == 0 ? 0 : in.readUnsignedShort();
        int alias = 0;
        if (version == V5) {
            DataInputStream properties = new DataInputStream(new ByteArrayInputStream(in.readNBytes(length(in))));
            alias = properties.read() == 0x23 ? properties.readUnsignedShort() : 0;
        }
        if (alias != 0 && !topic.isEmpty()) {
            aliases.put(alias, topic);
        }
        String name = topic.isEmpty() ? aliases.get(alias) : topic;
        String payload = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Publish(number, version, id, name, payload, qos, (type & 1) != 0, alias);
    }

    private byte @Nullable [] subscribe(DataInputStream in, int version) throws IOException {
        byte[] id = in.readNBytes(2);
        skipProperties(in, version);
        String topic = in.readUTF();
        subscriptions.add(topic);
        if (!maySubscribe.test(topic)) {
            return null;
        }
        return version == V5 ? packet(0x90, id, bytes(0, 1)) : packet(0x90, id, bytes(1));
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        synchronized (socket) {
            out.write(bytes);
            out.flush();
        }
    }

    @Override
    public void close() {
        reading = true;
        try {
            server.close();
            for (Socket socket : new ArrayList<>(sockets)) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
