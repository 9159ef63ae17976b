package io.github.dtstream.app.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import io.github.dtstream.text.Masking;
import io.github.dtstream.text.Printable;
import org.jspecify.annotations.Nullable;

/** Converts a stack trace: each exception's message is on one line and without secrets. */
final class SafeTrace extends ThrowableProxyConverter {
    private final Masking masking;

    SafeTrace(Masking masking) {
        this.masking = masking;
    }

    @Override
    protected String throwableProxyToString(IThrowableProxy failure) {
        return super.throwableProxyToString(new Safe(failure, masking));
    }

    private record Safe(IThrowableProxy unsafe, Masking masking) implements IThrowableProxy {
        private static @Nullable IThrowableProxy of(@Nullable IThrowableProxy unsafe, Masking masking) {
            return unsafe == null ? null : new Safe(unsafe, masking);
        }

        @Override
        public @Nullable String getMessage() {
            return safe(unsafe.getMessage());
        }

        @Override
        public @Nullable String getOverridingMessage() {
            return safe(unsafe.getOverridingMessage());
        }

        private @Nullable String safe(@Nullable String message) {
            return message == null ? null : Printable.line(masking.mask(message));
        }

        @Override
        public String getClassName() {
            return unsafe.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return unsafe.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return unsafe.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            return of(unsafe.getCause(), masking);
        }

        @Override
        public IThrowableProxy @Nullable [] getSuppressed() {
            IThrowableProxy[] suppressed = unsafe.getSuppressed();
            if (suppressed == null) {
                return null;
            }
            IThrowableProxy[] safe = new IThrowableProxy[suppressed.length];
            for (int i = 0; i < safe.length; i++) {
                safe[i] = new Safe(suppressed[i], masking);
            }
            return safe;
        }

        @Override
        public boolean isCyclic() {
            return unsafe.isCyclic();
        }
    }
}
