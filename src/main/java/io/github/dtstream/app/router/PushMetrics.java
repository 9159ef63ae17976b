package io.github.dtstream.app.router;

import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.management.MetricFamilies;
import io.github.dtstream.management.MetricSource;
import io.github.dtstream.push.PushRefusals;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Map;
import org.apache.camel.CamelContext;

/** What was pushed and not taken, by all components together. Thread-safe. */
record PushMetrics(CamelContext context) implements MetricSource {
    @Override
    public void collect(MetricFamilies all) {
        Map<PushRefusals.Reason, Long> sums = new EnumMap<>(PushRefusals.Reason.class);
        for (DtStreamComponent component : DtStreamComponent.allIn(context)) {
            component.pushRefusals().counts().forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        }
        sums.forEach((reason, count) -> all.counter(
                "dt_push_refused",
                "Messages that a Data Connector, a queue or a route brought, and that were not taken, by reason",
                Labels.of("reason", reason.label()),
                count));
    }
}
