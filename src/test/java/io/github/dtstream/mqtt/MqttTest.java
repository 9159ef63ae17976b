package io.github.dtstream.mqtt;

import io.github.dtstream.faultproxy.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Shared by tests with a real broker. */
abstract class MqttTest {
    static final String FAST = "&minReconnectDelay=50&maxReconnectDelay=400";

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Registers a resource to be closed after the test, the newest first. */
    final <T extends AutoCloseable> T with(T resource) {
        opened.add(0, resource);
        return resource;
    }

    static String url(FaultProxy proxy) {
        return "tcp://127.0.0.1:" + proxy.port();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }
}
