package io.github.dtstream.camel;

import io.github.dtstream.mqtt.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS server on loopback with its own certificate, which forwards to a plain port. Thread-safe. */
final class TlsFront implements AutoCloseable {
    private final int target;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger handshakes = new AtomicInteger();

    TlsFront(Path keyStore, int target) throws IOException, GeneralSecurityException {
        this.target = target;
        this.listener =
                context(keyStore).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    private static SSLContext context(Path keyStore) throws IOException, GeneralSecurityException {
        char[] password = Certificates.PASSWORD.toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** The address of a plain service through this server. */
    URI through(URI plain) {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort() + plain.getPath());
    }

    /** How many clients have accepted the certificate. */
    int handshakes() {
        return handshakes.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            sockets.add(client);
            daemon(() -> serve((SSLSocket) client));
        }
    }

    private void serve(SSLSocket client) throws IOException {
        try (client) {
            client.startHandshake();
            // With TLS 1.3 a refusal comes after the handshake, instead of the first bytes.
            int first = client.getInputStream().read();
            if (first < 0) {
                return;
            }
            handshakes.incrementAndGet();
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), target)) {
                sockets.add(plain);
                plain.getOutputStream().write(first);
                daemon(() -> pass(client.getInputStream(), plain.getOutputStream()));
                pass(plain.getInputStream(), client.getOutputStream());
            }
        }
    }

    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            out.write(buffer, 0, length);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // One side has closed the connection.
                    }
                },
                "tls-front");
        thread.setDaemon(true);
        thread.start();
    }
}
