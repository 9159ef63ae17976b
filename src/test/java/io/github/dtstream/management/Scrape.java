package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What Prometheus gets from one source of metrics. */
public final class Scrape {
    private Scrape() {}

    /** Its samples, a line each, of a text that keeps Prometheus' rules. */
    public static List<String> of(MetricSource source) {
        MetricFamilies families = new MetricFamilies();
        source.collect(families);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, families.snapshots());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE "))).doesNotHaveDuplicates();
        return text.lines().filter(line -> !line.startsWith("#")).toList();
    }
}
