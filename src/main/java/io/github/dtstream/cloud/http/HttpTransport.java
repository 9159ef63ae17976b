package io.github.dtstream.cloud.http;

import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes all HTTP exchanges, without knowledge of their meaning. Each stream has its own connection, which is closed
 * after it; all other requests share a few connections that are kept alive. Nothing is retried, redirected, cached or
 * remembered in cookies here. No content encoding is requested; a body that has one nevertheless is decoded.
 * Thread-safe.
 */
public final class HttpTransport implements AutoCloseable {
    private static final int MAX_SHARED_CONNECTIONS = 8;
    private static final int STREAM_RECEIVE_BYTES = 1024 * 1024;
    /** There are three for each connection. Larger reads pass them by, as those of a stream do. */
    private static final int BUFFER_BYTES = 8 * 1024;

    private static final int MAX_HEAD_LINE_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final TimeValue SHARED_IDLE_LIMIT = TimeValue.ofSeconds(30);

    private final CloudClientSettings settings;
    private final CloseableHttpClient shared;
    private final CloseableHttpClient streams;
    private final ResponseTimeout deadlines;
    private volatile boolean closed;

    public HttpTransport(CloudClientSettings settings, Supervisor supervisor) {
        this.settings = settings;
        this.deadlines = new ResponseTimeout(settings.answerTimeout(), supervisor);
        TlsSocketStrategy tls = settings.tls() == null
                ? DefaultClientTlsStrategy.createDefault()
                : new RenewedTlsStrategy(settings.tls());
        this.shared = client(connections(
                        tls, BUFFER_BYTES, 0, MAX_SHARED_CONNECTIONS, DefaultContentLengthStrategy.INSTANCE))
                .setKeepAliveStrategy((response, context) -> SHARED_IDLE_LIMIT)
                .build();
        this.streams = client(connections(
                        tls, BUFFER_BYTES, STREAM_RECEIVE_BYTES, Integer.MAX_VALUE, HttpTransport::lengthOfStream))
                .setConnectionReuseStrategy((request, response, context) -> false)
                .build();
    }

    /**
     * Sends a request and reads its whole answer.
     *
     * @param maxBytes the limit for the body; the rest is not read, and the connection is closed
     * @throws IOException if the exchange fails, a silence is too long, or the whole takes too long
     */
    public HttpAnswer exchange(HttpUriRequestBase request, int maxBytes) throws IOException {
        request.setConfig(requestConfig(settings.requestTimeout()));
        request.setHeader("Accept-Encoding", "identity");
        return deadlines.within(request, () -> {
            ClassicHttpResponse response = send(shared, request);
            try {
                return readBody(request, response, maxBytes);
            } finally {
                Closer.closeQuietly(response);
            }
        });
    }

    /**
     * Sends a request whose answer has no end. The caller cancels the request when it is done, and then closes the
     * response: only closing it would read to the body's end.
     *
     * @param silenceLimit how long a single read may wait, for the head of the answer and within its body
     */
    public ClassicHttpResponse open(HttpUriRequestBase request, Duration silenceLimit) throws IOException {
        request.setConfig(requestConfig(silenceLimit));
        request.setHeader("Accept-Encoding", "identity");
        ClassicHttpResponse response = send(streams, request);
        HttpEntity entity = response.getEntity();
        if (entity != null && isChunkedStream(response)) {
            response.setEntity(new Unchunked(entity));
        }
        return response;
    }

    /**
     * Treats the chunked body of a stream as one of unknown length, so that {@link ChunkedBody} gets it as it is sent.
     */
    private static long lengthOfStream(HttpMessage message) throws HttpException {
        return isChunkedStream(message)
                ? ContentLengthStrategy.UNDEFINED
                : DefaultContentLengthStrategy.INSTANCE.determineLength(message);
    }

    /**
     * Whether the body is that of a 200 answer in chunks. Other answers, also those of a proxy to CONNECT, are read to
     * their end by the library, which decodes their chunks.
     */
    private static boolean isChunkedStream(HttpMessage message) {
        try {
            return message instanceof HttpResponse response
                    && response.getCode() == HttpStatus.SC_OK
                    && DefaultContentLengthStrategy.INSTANCE.determineLength(message) == ContentLengthStrategy.CHUNKED;
        } catch (HttpException e) {
            return false;
        }
    }

    private static final class Unchunked extends HttpEntityWrapper {
        private final InputStream content;

        Unchunked(HttpEntity entity) throws IOException {
            super(entity);
            content = new ChunkedBody(entity.getContent());
        }

        @Override
        public InputStream getContent() {
            return content;
        }
    }

    /**
     * Sends a request. A cancelled request, or one during the close, fails in the library with various exceptions,
     * which mean nothing else.
     */
    private ClassicHttpResponse send(CloseableHttpClient client, HttpUriRequestBase request) throws IOException {
        try {
            return client.executeOpen(null, request, HttpClientContext.create());
        } catch (IllegalStateException e) {
            if (closed || request.isCancelled()) {
                throw new IOException("the request was cancelled", e);
            }
            throw e;
        }
    }

    /** Reads at most so many bytes of the body of an answer from {@link #open}, within the time limit. */
    public HttpAnswer read(HttpUriRequestBase request, ClassicHttpResponse response, int maxBytes) throws IOException {
        return deadlines.within(request, () -> readBody(request, response, maxBytes));
    }

    private static HttpAnswer readBody(HttpUriRequestBase request, ClassicHttpResponse response, int maxBytes)
            throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return HttpAnswer.of(response, new byte[0], false);
        }
        InputStream content = ContentEncoding.decoded(entity);
        byte[] body = content.readNBytes(maxBytes);
        boolean truncated = content.read() >= 0;
        if (truncated) {
            request.cancel();
        }
        return HttpAnswer.of(response, body, truncated);
    }

    /** Closes all connections at once, including those in use. */
    @Override
    public void close() {
        closed = true;
        deadlines.close();
        streams.close(CloseMode.IMMEDIATE);
        shared.close(CloseMode.IMMEDIATE);
    }

    private RequestConfig requestConfig(Duration silenceLimit) {
        return RequestConfig.custom()
                .setResponseTimeout(Timeout.of(silenceLimit))
                .setConnectionRequestTimeout(Timeout.of(settings.requestTimeout()))
                .setProtocolUpgradeEnabled(false)
                .setExpectContinueEnabled(false)
                .setAuthenticationEnabled(settings.proxies().proxy() != null)
                .build();
    }

    private HttpClientBuilder client(PoolingHttpClientConnectionManager connections) {
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setUserAgent(settings.userAgent())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableConnectionState();
        HttpProxy proxy = settings.proxies().proxy();
        if (proxy != null) {
            route(builder, proxy, settings.proxies());
        }
        return builder;
    }

    private static void route(HttpClientBuilder builder, HttpProxy proxy, ProxyRules rules) {
        HttpHost host = new HttpHost("http", proxy.host(), proxy.port());
        builder.setRoutePlanner(new DefaultRoutePlanner(null) {
            @Override
            protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
                int port = DefaultSchemePortResolver.INSTANCE.resolve(target);
                return rules.forServer(target.getHostName(), port).isPresent() ? host : null;
            }
        });
        if (proxy.user() != null && proxy.password() != null) {
            BasicCredentialsProvider provider = new BasicCredentialsProvider();
            provider.setCredentials(
                    new AuthScope(host),
                    new UsernamePasswordCredentials(
                            proxy.user(), proxy.password().reveal().toCharArray()));
            builder.setDefaultCredentialsProvider(provider);
        }
    }

    private PoolingHttpClientConnectionManager connections(
            TlsSocketStrategy tls, int bufferBytes, int receiveBytes, int max, ContentLengthStrategy lengths) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setBufferSize(bufferBytes)
                                .setMaxLineLength(MAX_HEAD_LINE_BYTES)
                                .setMaxHeaderCount(MAX_HEADERS)
                                .build())
                        .incomingContentLengthStrategy(lengths)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .setRcvBufSize(receiveBytes)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(Timeout.of(settings.requestTimeout()))
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setHandshakeTimeout(Timeout.of(settings.connectTimeout()))
                        .build())
                .setMaxConnTotal(max)
                .setMaxConnPerRoute(max)
                .setTlsSocketStrategy(tls)
                .build();
    }
}
