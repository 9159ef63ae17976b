package io.github.dtstream.camel.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dtstream.push.MessageRefusedException;
import io.github.dtstream.push.PushIntake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON to append from a message's body: text, bytes, a map, a Jackson tree, an event of {@code dt-stream}, a
 * list of these or of messages with such bodies, or anything that Camel converts to a stream of bytes, such as a file.
 * Stateless.
 */
public final class PushBody {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private PushBody() {}

    /**
     * One array for the body, or one for each item of a list. They are not changed any more.
     *
     * @throws MessageRefusedException if it cannot be JSON
     */
    public static List<byte[]> of(Exchange exchange) throws MessageRefusedException, IOException {
        List<byte[]> parts = new ArrayList<>();
        add(exchange, exchange.getMessage().getBody(), parts);
        return parts;
    }

    private static void add(Exchange exchange, @Nullable Object body, List<byte[]> parts)
            throws MessageRefusedException, IOException {
        if (body instanceof Message message) {
            add(exchange, message.getBody(), parts);
        } else if (body instanceof List<?> items) {
            for (Object item : items) {
                add(exchange, item, parts);
            }
        } else {
            parts.add(json(exchange, body));
        }
    }

    private static byte[] json(Exchange exchange, @Nullable Object body) throws MessageRefusedException, IOException {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof EventBody event) {
            return event.event().json();
        }
        if (body instanceof Map || body instanceof JsonNode) {
            return written(body);
        }
        return read(exchange, body);
    }

    private static byte[] written(Object tree) throws MessageRefusedException {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new MessageRefusedException("the message is refused as a whole: its " + name(tree)
                    + " cannot be written as JSON: " + e.getOriginalMessage());
        }
    }

    /** The body as text, if its component registered a conversion for it, as Azure's does. */
    private static @Nullable String text(Exchange exchange, @Nullable Object body) {
        if (body == null) {
            return null;
        }
        CamelContext context = exchange.getContext();
        return context.getTypeConverterRegistry().lookup(String.class, body.getClass()) == null
                ? null
                : context.getTypeConverter().convertTo(String.class, exchange, body);
    }

    /** Reads at most one byte more than a message may have, which shows that it is too long. */
    private static byte[] read(Exchange exchange, @Nullable Object body) throws MessageRefusedException, IOException {
        try (InputStream in = body == null
                ? null
                : exchange.getContext().getTypeConverter().convertTo(InputStream.class, exchange, body)) {
            if (in == null) {
                String text = text(exchange, body);
                if (text != null) {
                    return text.getBytes(StandardCharsets.UTF_8);
                }
                throw new MessageRefusedException("the message is refused as a whole: its body is " + name(body)
                        + ", and has to be JSON as text, bytes, a map, a tree, or a list of these");
            }
            return in.readNBytes(PushIntake.LARGEST_MESSAGE + 1);
        } catch (TypeConversionException e) {
            throw new MessageRefusedException("the message is refused as a whole: its body, " + name(body)
                    + ", cannot be read: " + e.getMessage());
        }
    }

    private static String name(@Nullable Object body) {
        return body == null ? "empty" : "of the type " + body.getClass().getName();
    }
}
