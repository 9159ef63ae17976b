package io.github.dtstream.camel.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.StreamBeans;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.Splitter;
import org.apache.camel.spi.ProcessorFactory;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same routes with Camel's split and with ours: each step, each listener and the sender must see the same, in the
 * same order. The routes are the lists of steps in {@link SplitRoutes}.
 */
@Timeout(180)
class BatchSplitterTest {

    static Stream<SplitRoutes.Case> routes() {
        return SplitRoutes.all();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aRouteDoesTheSameWithBoth(SplitRoutes.Case route) throws Exception {
        List<String> camels = observations(route, false, false);
        List<String> ours = observations(route, true, false);

        assertThat(ours).isEqualTo(camels);
        assertThat(camels).hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aRouteDoesTheSameWithBothWhenCamelWatchesIt(SplitRoutes.Case route) throws Exception {
        assertThat(observations(route, true, true)).isEqualTo(observations(route, false, true));
    }

    static Stream<String> othersSplits() {
        return Stream.of(
                "simple: '${body}', parallelProcessing: true",
                "simple: '${body}', streaming: true",
                "simple: '${body}', stopOnException: true",
                "simple: '${body}', synchronous: true",
                "simple: '${body}', parallelAggregate: true",
                "simple: '${body}', delimiter: ';'",
                "simple: '${body}', onPrepare: '#probe'",
                "simple: '${body.subList(0, 2)}'",
                "simple: {expression: '${body}', resultType: java.util.List}",
                "constant: 'a,b'");
    }

    @ParameterizedTest
    @MethodSource("othersSplits")
    void everyOtherSplitStaysCamels(String options) throws Exception {
        try (DefaultCamelContext context = context(true, new Observer())) {
            load(context, "- split: {" + options + ", id: split, steps: [{process: {ref: '#probe'}}]}");

            assertThat(context.getProcessor("split")).isExactlyInstanceOf(Splitter.class);
        }
    }

    private static List<String> observations(SplitRoutes.Case route, boolean ours, boolean watched) throws Exception {
        Observer observer = new Observer();
        try (DefaultCamelContext context = context(ours, observer)) {
            if (watched) {
                context.setMessageHistory(true);
                context.setUseMDCLogging(true);
                context.setUseBreadcrumb(true);
                context.setAllowUseOriginalMessage(true);
                context.setStreamCaching(true);
                context.setBacklogTracing(true);
            }
            load(context, route.steps());
            assertThat(context.getProcessor("split")).isExactlyInstanceOf(ours ? BatchSplitter.class : Splitter.class);
            for (List<String> bodies : List.of(List.of("a", "ping", "c", "bad", "e"), List.of("bad"), List.of("z"))) {
                Exchange sent = context.createProducerTemplate().send("direct:in", exchange -> {
                    exchange.setIn(batch(context, bodies));
                    exchange.setProperty(Observer.LIST, exchange.getIn().getBody());
                });
                observer.sees("sender", sent);
            }
        }
        return observer.seen();
    }

    private static DefaultCamelContext context(boolean ours, Observer observer) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.disableJMX();
        context.getCamelContextExtension().setName("router");
        // A strategy that throws leaves exchanges behind, with Camel's split, too.
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(1);
        StreamBeans.bind(context);
        observer.watch(context);
        if (!ours) {
            context.getCamelContextExtension().addContextPlugin(ProcessorFactory.class, new NoFactory());
        }
        return context;
    }

    private static void load(CamelContext context, String steps) throws Exception {
        boolean isWhole = steps.contains("- route:");
        String yaml = isWhole
                ? steps
                : "- route:\n    id: r\n    from:\n      uri: direct:in\n      steps:\n" + steps.indent(8);
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("r.camel.yaml", yaml));
        context.start();
    }

    private static Message batch(CamelContext context, List<String> bodies) {
        List<Message> parts = new ArrayList<>();
        for (String body : bodies) {
            DefaultMessage part = new PartMessage(context);
            part.setBody(body);
            part.setHeader("first", body.charAt(0));
            parts.add(part);
        }
        Message batch = new BatchMessage(context, "p", "2026-05-29");
        batch.setBody(parts);
        return batch;
    }

    /** Leaves all steps to Camel. */
    private static final class NoFactory implements ProcessorFactory {
        @Override
        public @Nullable Processor createChildProcessor(Route route, NamedNode definition, boolean mandatory) {
            return null;
        }

        @Override
        public @Nullable Processor createProcessor(Route route, NamedNode definition) {
            return null;
        }

        @Override
        public @Nullable Processor createProcessor(CamelContext context, String name, Object[] arguments) {
            return null;
        }
    }
}
