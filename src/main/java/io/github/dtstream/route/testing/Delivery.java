package io.github.dtstream.route.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * One message that reached a sink. Immutable.
 *
 * @param endpoint the sink's URI, without secrets
 * @param name the file's name or the topic; null if the sink has none
 * @param headers the message's headers at that moment
 * @param text the body as text
 */
record Delivery(String endpoint, @Nullable String name, Map<String, Object> headers, String text) {
    private static final String TOPIC_HEADER = "CamelPahoMqtt5OverrideTopic";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The deliveries of an exchange to an endpoint: a list makes one for each of its elements. */
    static List<Delivery> of(Endpoint endpoint, Exchange exchange) {
        List<Delivery> deliveries = new ArrayList<>();
        if (exchange.getMessage().getBody() instanceof List<?> parts) {
            for (Object part : parts) {
                Message message = part instanceof Message own ? own : exchange.getMessage();
                Object body = part instanceof Message own ? own.getBody() : part;
                deliveries.add(of(endpoint, exchange, message, body));
            }
        } else {
            deliveries.add(of(
                    endpoint,
                    exchange,
                    exchange.getMessage(),
                    exchange.getMessage().getBody()));
        }
        return deliveries;
    }

    private static Delivery of(Endpoint endpoint, Exchange exchange, Message message, @Nullable Object body) {
        String text = exchange.getContext().getTypeConverter().tryConvertTo(String.class, exchange, body);
        String shown = text == null ? String.valueOf(body) : text;
        String uri = URISupport.sanitizeUri(endpoint.getEndpointUri()).replace("://", ":");
        return new Delivery(uri, name(endpoint, exchange, message), Map.copyOf(withoutNulls(message)), shown);
    }

    private static Map<String, Object> withoutNulls(Message message) {
        Map<String, Object> headers = new java.util.TreeMap<>(message.getHeaders());
        headers.values().removeIf(value -> value == null);
        return headers;
    }

    private static @Nullable String name(Endpoint endpoint, Exchange exchange, Message message) {
        if (endpoint instanceof GenericFileEndpoint<?> file) {
            String header = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
            Expression expression = header == null
                    ? file.getFileName()
                    : exchange.getContext().resolveLanguage("file").createExpression(header);
            return expression == null ? null : expression.evaluate(exchange, String.class);
        }
        String topic = message.getHeader(TOPIC_HEADER, String.class);
        String path = endpoint.getEndpointKey().replaceFirst("\\?.*", "");
        return topic != null ? topic : path.substring(path.indexOf(':') + 1).replaceFirst("^//", "");
    }

    /** The body as JSON; empty if it is not JSON. */
    Optional<JsonNode> json() {
        try {
            return Optional.ofNullable(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return endpoint.replaceFirst("\\?.*", "") + (name == null ? "" : " (" + name + ")") + ": " + text.strip();
    }
}
