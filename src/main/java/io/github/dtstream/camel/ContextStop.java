package io.github.dtstream.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/** Notifies a component when its context begins to stop; the routes are stopped one after the other after that. */
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
