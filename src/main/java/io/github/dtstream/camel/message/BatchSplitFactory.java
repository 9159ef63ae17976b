package io.github.dtstream.camel.message;

import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.processor.Splitter;
import org.apache.camel.reifier.ProcessorReifier;
import org.apache.camel.spi.ProcessorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@code split} of routes. Camel finds this class by its file in {@code META-INF/services}. A split that
 * {@link BatchSplitter} cannot do, and every other step, stays Camel's own. Stateless.
 */
public final class BatchSplitFactory implements ProcessorFactory {

    @Override
    public @Nullable Processor createProcessor(Route route, NamedNode definition) throws Exception {
        if (!(definition instanceof SplitDefinition split)) {
            return null;
        }
        Processor camels = ProcessorReifier.reifier(route, split).createProcessor();
        return camels instanceof Splitter splitter && BatchSplitter.canReplace(splitter, split)
                ? new BatchSplitter(route, splitter)
                : camels;
    }

    @Override
    public @Nullable Processor createChildProcessor(Route route, NamedNode definition, boolean mandatory) {
        return null;
    }

    @Override
    public @Nullable Processor createProcessor(CamelContext context, String definitionName, Object[] arguments) {
        return null;
    }
}
