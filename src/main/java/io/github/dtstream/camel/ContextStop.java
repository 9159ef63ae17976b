package io.github.dtstream.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/** Tells a component that its context begins to stop: its routes follow, one after the other. */
final class ContextStop extends LifecycleStrategySupport {
    private final DtStreamComponent component;

    ContextStop(DtStreamComponent component) {
        this.component = component;
    }

    @Override
    public void onContextStopping(CamelContext context) {
        component.stopDelivering();
    }
}
