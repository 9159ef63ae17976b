package io.github.dtstream;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long all tests wait for what is bound to happen, registered by {@code META-INF/services}. It bounds how late a test
 * fails, and nothing else: on a machine with many more busy threads than cores, a thread may stand still for many seconds,
 * longer than Awaitility's default of ten.
 */
public final class Patience implements BeforeAllCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
