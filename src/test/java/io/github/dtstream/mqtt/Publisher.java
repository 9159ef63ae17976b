package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.connection.MqttStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultMessage;

/** A producer of the component in a Camel context of its own. */
final class Publisher implements AutoCloseable {
    /** In the build folder; shared by all of this JVM, as by the routes of one router. */
    static final String DATA = "target/test-data/mqtt-" + Integer.getInteger("test.fork", 0);

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final DtMqttProducer producer;

    /** @param bindings the beans to which options refer by {@code #name} */
    Publisher(String uri, Map<String, Object> bindings) throws Exception {
        bindings.forEach(context.getRegistry()::bind);
        DtMqttComponent component = new DtMqttComponent();
        component.getConfiguration().setStateDirectory(DATA + "/mqtt");
        context.addComponent("dt-mqtt", component);
        context.start();
        producer = (DtMqttProducer) context.getEndpoint(uri).createAsyncProducer();
        context.addService(producer);
    }

    Publisher(String uri) throws Exception {
        this(uri, Map.of());
    }

    CamelContext context() {
        return context;
    }

    DtMqttProducer producer() {
        return producer;
    }

    MqttStatus status() {
        return producer.status();
    }

    /** A message for a topic, like those of a batch's events. */
    Message message(String topic, Object body) {
        Message message = new DefaultMessage(context);
        message.setHeader(DtMqttConstants.OVERRIDE_TOPIC, topic);
        message.setBody(body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : body);
        return message;
    }

    /** Passes an exchange to the producer; the future is completed with the exchange. */
    CompletableFuture<Exchange> send(Object body, Map<String, Object> headers) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        ((AsyncProducer) producer).process(exchange, doneSync -> done.complete(exchange));
        return done;
    }

    CompletableFuture<Exchange> send(List<Message> messages) {
        return send(messages, Map.of());
    }

    /** Waits for an exchange, which must succeed. */
    static void success(CompletableFuture<Exchange> sent) throws Exception {
        Exchange exchange = sent.get(120, TimeUnit.SECONDS);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    /** Waits for an exchange, which must fail with this exception. */
    static <T extends Exception> T failure(CompletableFuture<Exchange> sent, Class<T> type) throws Exception {
        return type.cast(sent.get(120, TimeUnit.SECONDS).getException());
    }

    @Override
    public void close() {
        context.stop();
    }
}
