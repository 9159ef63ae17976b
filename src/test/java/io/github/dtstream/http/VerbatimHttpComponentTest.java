package io.github.dtstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.SimpleTypeConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** With a real server, which reports what has arrived. */
final class VerbatimHttpComponentTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String body = "";
    private volatile Headers headers = new Headers();

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Headers arrived = new Headers();
            arrived.putAll(exchange.getRequestHeaders());
            headers = arrived;
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private void send(String pathAndQuery) throws Exception {
        send(pathAndQuery, "direct:a");
    }

    private void send(String pathAndQuery, String route) throws Exception {
        send(pathAndQuery, route, "x", Map.of());
    }

    private void send(String pathAndQuery, String route, Object sent, Map<String, Object> with) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("http", new VerbatimHttpComponent());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a")
                            .to("http://127.0.0.1:" + server.getAddress().getPort() + pathAndQuery);
                    from("direct:dynamic")
                            .toD()
                            .allowOptimisedComponents(false)
                            .uri("http://127.0.0.1:" + server.getAddress().getPort() + pathAndQuery);
                }
            });
            context.getTypeConverterRegistry()
                    .addTypeConverter(
                            InputStream.class,
                            Convertible.class,
                            new SimpleTypeConverter(
                                    false,
                                    (type, exchange, value) -> new ByteArrayInputStream(
                                            ((Convertible) value).text().getBytes(StandardCharsets.UTF_8))));
            context.start();
            context.createProducerTemplate().sendBodyAndHeaders(route, sent, with);
        }
    }

    /** A body like an event, whose bytes Camel reads as a stream. */
    private record Convertible(String text) {}

    static List<Object> inMemory() {
        String text = "{\"a\":\"ä\"}";
        return List.of(new Convertible(text), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("inMemory")
    void sendsWhatIsInMemoryWithItsLengthAndType(Object sent) throws Exception {
        send("/hook", "direct:a", sent, Map.of("Content-Type", "application/json"));
        assertThat(body).isEqualTo("{\"a\":\"ä\"}");
        assertThat(headers.getFirst("Content-Length")).isEqualTo("10");
        assertThat(headers).doesNotContainKey("Transfer-Encoding");
        assertThat(headers.getFirst("Content-Type")).startsWith("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "/h, POST /h",
        "/h?sig=aB%2Bc, GET /h?sig=aB%2Bc",
        "/h?sig=aB%2Bc%3D%2f&sp=/x&sv=1.0, GET /h?sig=aB%2Bc%3D%2f&sp=/x&sv=1.0",
        "/h?b=1&httpMethod=PUT&a=2%252B&connectTimeout=10000, PUT /h?b=1&a=2%252B",
        "/h?a=x+y&b=x%20y, GET /h?a=x+y&b=x%20y",
        "/h?a=RAW(x+y&z/=%), GET /h?a=x%2By%26z%2F%3D%25",
        "/h?a=1&a=2, GET /h?a=1&a=2",
        "/h?authMethod=Basic&authUsername=me%40home&authPassword=RAW(p+w)&q=1, GET /h?q=1",
    })
    void sendsAnAddressAsItIsWritten(String written, String arrived) throws Exception {
        send(written);

        assertThat(requests).containsExactly(arrived);
    }

    @Test
    void sendsAlsoADynamicAddressAsItIsWritten() throws Exception {
        send("/h?sig=aB%2Bc", "direct:dynamic");

        assertThat(requests).containsExactly("GET /h?sig=aB%2Bc");
    }

    @Test
    void givesUpOnAServerThatGoesSilentAfterAMinuteIfNothingElseIsSaid() {
        server.createContext("/silent", exchange -> {});

        assertThatThrownBy(() -> send("/silent?responseTimeout=200"))
                .hasRootCauseInstanceOf(SocketTimeoutException.class);
        assertThat(new VerbatimHttpComponent().getResponseTimeout()).isEqualTo(60_000);
    }

    @Test
    void leavesItToTheRouteToTryAgain() {
        status = 429;

        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                        CamelExecutionException.class, () -> send("/h")))
                .cause()
                .isInstanceOfSatisfying(
                        HttpOperationFailedException.class,
                        failure -> assertThat(failure.getResponseHeaders()).containsEntry("Retry-after", "1"));
        assertThat(requests).hasSize(1);
    }
}
