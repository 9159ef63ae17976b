package io.github.dtstream.route;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Lends contexts in which routes are tried the beans of the one that runs, but not its components: a component belongs to
 * one context. Thread-safe as the registry behind it is.
 */
public final class LentBeans implements BeanRepository {
    private final BeanRepository lender;

    private LentBeans(BeanRepository lender) {
        this.lender = lender;
    }

    /** Equipment that lends the beans of a running context; what is bound in the borrower stays there. */
    public static Consumer<CamelContext> of(CamelContext running) {
        return context -> context.getCamelContextExtension()
                .setRegistry(new DefaultRegistry(new LentBeans(running.getRegistry())));
    }

    @Override
    public @Nullable Object lookupByName(String name) {
        Object bean = lender.lookupByName(name);
        return bean instanceof Component ? null : bean;
    }

    @Override
    public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
        T bean = lender.lookupByNameAndType(name, type);
        return bean instanceof Component ? null : bean;
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        return Component.class.isAssignableFrom(type) ? Map.of() : lender.findByTypeWithName(type);
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return Component.class.isAssignableFrom(type) ? Set.of() : lender.findByType(type);
    }
}
