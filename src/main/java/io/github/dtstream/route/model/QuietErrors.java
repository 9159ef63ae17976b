package io.github.dtstream.route.model;

import org.apache.camel.CamelContext;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Keeps Camel's error handler from logging: the consumer, or the test, reports failures. Stateless. */
public final class QuietErrors {
    private QuietErrors() {}

    /**
     * Installs Camel's default error handler, changed only so that it does not log a page for each failed attempt.
     *
     * @param context a context without routes
     */
    public static void install(CamelContext context) {
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setLogExhausted("false");
        handler.setRedeliveryPolicy(policy);
        // The policy has an effect only with redeliveries; without them the level decides.
        handler.setLevel("OFF");
        context.getCamelContextExtension().setErrorHandlerFactory(handler);
    }
}
