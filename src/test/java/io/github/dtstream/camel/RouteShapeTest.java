package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.message.RecordsAggregationStrategy;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.junit.jupiter.api.Test;

final class RouteShapeTest {
    @Test
    void believesASinkThatNamesWhatItRefusedOnlyWhereNothingComesBehindIt() throws Exception {
        assertThat(shape(route -> route.to("log:first").to("mock:sink")).endsAt("mock"))
                .isTrue();
        assertThat(shape(route -> route.to("mock:first").to("mock:sink")).endsAt("mock"))
                .isFalse();
        assertThat(shape(route -> route.to("mock:sink").to("log:after")).endsAt("mock"))
                .isFalse();
        assertThat(shape(route -> route.multicast().to("mock:sink", "log:beside"))
                        .endsAt("mock"))
                .isFalse();
    }

    @Test
    void sendsOneByOneWhereTheSplitIsAllThatTheRouteDoes() throws Exception {
        assertThat(shape(route -> route.split().simple("${body}").to("mock:sink"))
                        .isOneByOne())
                .isTrue();
        assertThat(shape(route -> route.onException(IllegalStateException.class)
                                .handled(true)
                                .end()
                                .split()
                                .simple("${body}")
                                .to("mock:sink"))
                        .isOneByOne())
                .isTrue();
    }

    @Test
    void sendsInSequenceWhereNothingHasSeveralPartsUnderWayOrTakesThemOver() throws Exception {
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .streaming()
                                .stopOnException()
                                .to("mock:sink"))
                        .isInSequence())
                .isTrue();
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .parallelProcessing()
                                .to("mock:sink"))
                        .isInSequence())
                .isFalse();
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .parallelProcessing("{{missing:true}}")
                                .to("mock:sink"))
                        .isInSequence())
                .isFalse();
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .aggregationStrategy(new UseLatestAggregationStrategy())
                                .to("mock:sink"))
                        .isInSequence())
                .isFalse();
        assertThat(shape(route ->
                                route.to("log:before").split().simple("${body}").to("mock:sink"))
                        .isInSequence())
                .isFalse();
    }

    @Test
    void sendsAsAWholeWhereAnythingElseMayHoldTheBatch() throws Exception {
        assertThat(shape(route ->
                                route.to("log:before").split().simple("${body}").to("mock:sink"))
                        .isOneByOne())
                .isFalse();
        assertThat(shape(route -> route.split().simple("${body.subList(0, 1)}").to("mock:sink"))
                        .isOneByOne())
                .isFalse();
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .shareUnitOfWork()
                                .to("mock:sink"))
                        .isOneByOne())
                .isFalse();
        assertThat(shape(route -> route.split()
                                .simple("${body}")
                                .aggregate(new RecordsAggregationStrategy())
                                .constant(true)
                                .completionSize(10)
                                .to("mock:sink"))
                        .isOneByOne())
                .isFalse();
    }

    private static RouteShape shape(Consumer<RouteDefinition> steps) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    steps.accept(from("direct:in").routeId("a"));
                }
            });
            context.start();
            return RouteShape.of(context, "a");
        }
    }
}
