package io.github.dtstream.route.model;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Leaves it to the consumer, or the test, to tell what failed. Stateless. */
public final class QuietErrors {
    private QuietErrors() {}

    /**
     * Camel's own handler, as it is, but that it does not print a page for each failed attempt.
     *
     * @param context whose routes are not loaded yet
     */
    public static void install(CamelContext context) {
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setLogExhausted("false");
        handler.setRedeliveryPolicy(policy);
        // The policy counts only where something is tried again; else there is nothing but the level.
        handler.setLevel("OFF");
        context.getCamelContextExtension().setErrorHandlerFactory(handler);
    }
}
