package io.github.dtstream.cloud.http;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Makes TLS connections with the source's settings of that time. Thread-safe. */
final class RenewedTlsStrategy implements TlsSocketStrategy {
    private final TlsSource source;
    private volatile @Nullable Made made;

    private record Made(SSLContext context, TlsSocketStrategy strategy) {}

    RenewedTlsStrategy(TlsSource source) {
        this.source = source;
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        return strategy().upgrade(socket, target, port, attachment, context);
    }

    private TlsSocketStrategy strategy() throws IOException {
        SSLContext current = source.current();
        Made last = made;
        if (last == null || last.context() != current) {
            last = new Made(current, new DefaultClientTlsStrategy(current));
            made = last;
        }
        return last.strategy();
    }
}
