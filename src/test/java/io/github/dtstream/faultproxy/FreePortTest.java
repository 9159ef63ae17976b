package io.github.dtstream.faultproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortTest {
    /** A cluster of brokers finds all its ports before the first of them is listened on. */
    @Test
    void returnsNoPortTwiceThoughNobodyListensOnIt() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ports.add(FreePort.find());
        }

        assertThat(ports).doesNotHaveDuplicates();
    }
}
