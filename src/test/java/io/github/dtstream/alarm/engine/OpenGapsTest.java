package io.github.dtstream.alarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class OpenGapsTest {
    @Test
    void aGapIsNewOnceAndFilledOnce() throws IOException {
        OpenGaps gaps = new OpenGaps();
        assertThat(gaps.open(2, 20)).isTrue();
        assertThat(gaps.open(1, 10)).isTrue();
        assertThat(gaps.open(2, 20)).isFalse();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        gaps.write(new DataOutputStream(bytes));

        OpenGaps read = new OpenGaps();
        read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(read.begins()).containsExactly(10L, 20L);
        assertThat(read.fill(2)).isTrue();
        assertThat(read.fill(2)).isFalse();
        assertThat(read.fill(1)).isTrue();
        assertThat(read.isEmpty()).isTrue();
    }
}
