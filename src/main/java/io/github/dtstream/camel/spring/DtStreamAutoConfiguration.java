package io.github.dtstream.camel.spring;

import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.mqtt.DtMqttComponent;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.PropertyBindingSupport;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Sets the options of {@code dt-stream}, {@code dt-alarm} and {@code dt-mqtt} from properties such as
 * {@code camel.component.dt-stream.apiUrl}. Camel Main does that for every component; in Spring Boot each component has
 * to do it. Stateless.
 */
@AutoConfiguration
public class DtStreamAutoConfiguration {
    private static final Map<Class<? extends Component>, String> CONFIGURERS = Map.of(
            DtStreamComponent.class, "dt-stream-component",
            DtAlarmComponent.class, "dt-alarm-component",
            DtMqttComponent.class, "dt-mqtt-component");

    /** A customizer that Camel calls for each component that it creates. */
    @Bean
    public ComponentCustomizer dtStreamOptions(Environment environment) {
        return new Options(environment);
    }

    private record Options(Environment environment) implements ComponentCustomizer {
        @Override
        public boolean isEnabled(String name, Component target) {
            return CONFIGURERS.containsKey(target.getClass());
        }

        /** @throws org.apache.camel.PropertyBindingException if there is no such option; the message names it */
        @Override
        public void configure(String name, Component target) {
            CamelContext context = target.getCamelContext();
            PropertyBindingSupport.Builder binding = PropertyBindingSupport.build()
                    .withConfigurer(PluginHelper.getConfigurerResolver(context)
                            .resolvePropertyConfigurer(CONFIGURERS.get(target.getClass()), context))
                    .withIgnoreCase(true)
                    .withMandatory(true);
            Binder.get(environment)
                    .bind("camel.component." + name, Bindable.mapOf(String.class, String.class))
                    .orElseGet(Map::of)
                    .forEach((option, value) -> binding.bind(context, target, option, value));
        }
    }
}
