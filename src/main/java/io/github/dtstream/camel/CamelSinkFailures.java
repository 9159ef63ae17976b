package io.github.dtstream.camel;

import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.push.MessageRefusedException;
import java.util.Optional;
import org.apache.camel.http.base.HttpOperationFailedException;

/** Classifies the exceptions of Camel's HTTP components and of {@code dt-mqtt}. Stateless. */
public final class CamelSinkFailures implements SinkFailures {
    @Override
    public boolean isRefusal(Throwable cause) {
        return cause instanceof PublishRefusedException || cause instanceof MessageRefusedException;
    }

    @Override
    public Optional<Answer> answer(Throwable cause) {
        return cause instanceof HttpOperationFailedException http
                ? Optional.of(new Answer(
                        http.getStatusCode(), http.getUri(), http.getResponseBody(), http.getResponseHeaders()))
                : Optional.empty();
    }
}
