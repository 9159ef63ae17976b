package io.github.dtstream.app.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.dtstream.text.Masking;
import io.github.dtstream.text.Printable;

/** Converts a log message: on one line, without secrets. */
final class SafeMessage extends ClassicConverter {
    private final Masking masking;

    SafeMessage(Masking masking) {
        this.masking = masking;
    }

    @Override
    public String convert(ILoggingEvent event) {
        return Printable.line(masking.mask(event.getFormattedMessage()));
    }
}
