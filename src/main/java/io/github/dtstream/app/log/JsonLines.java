package io.github.dtstream.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.CoreConstants;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * A log line as one JSON object, with the field names of the Elastic Common Schema, version 8: {@code @timestamp} (UTC, milliseconds),
 * {@code log.level}, {@code message}, {@code log.logger}, {@code process.thread.name}, and of an exception {@code error.type},
 * {@code error.message}, {@code error.stack_trace}. Secrets are masked in every text. Thread-safe.
 */
final class JsonLines extends LayoutBase<ILoggingEvent> {
    private static final String SCHEMA = "8.11.0";

    private final JsonFactory json = new JsonFactory();
    private final Masking masking;
    private final SafeTrace trace;

    JsonLines(Masking masking) {
        this.masking = masking;
        this.trace = new SafeTrace(masking);
    }

    @Override
    public void start() {
        trace.setContext(getContext());
        trace.start();
        super.start();
    }

    @Override
    public String getContentType() {
        return "application/json";
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("@timestamp", event.getInstant().toString());
            out.writeStringField("log.level", event.getLevel().toString());
            out.writeStringField("message", masking.mask(event.getFormattedMessage()));
            out.writeStringField("ecs.version", SCHEMA);
            out.writeStringField("log.logger", event.getLoggerName());
            out.writeStringField("process.thread.name", event.getThreadName());
            if (event.getThrowableProxy() != null) {
                write(event, event.getThrowableProxy(), out);
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append(CoreConstants.LINE_SEPARATOR).toString();
    }

    private void write(ILoggingEvent event, IThrowableProxy failure, JsonGenerator out) throws IOException {
        out.writeStringField("error.type", failure.getClassName());
        if (failure.getMessage() != null) {
            out.writeStringField("error.message", masking.mask(failure.getMessage()));
        }
        out.writeStringField("error.stack_trace", trace.convert(event));
    }
}
