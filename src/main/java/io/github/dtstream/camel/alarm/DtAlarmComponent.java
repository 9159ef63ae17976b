package io.github.dtstream.camel.alarm;

import io.github.dtstream.camel.DtStreamComponent;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** Holds what all {@code dt-alarm} endpoints share: the alarm services. */
@Component("dt-alarm")
public class DtAlarmComponent extends DefaultComponent {
    private static final String NAME = "dt-alarm";

    @Metadata
    private DtAlarmConfiguration configuration = new DtAlarmConfiguration();

    @Metadata(
            description = "A file of alarm rules, as a Camel resource: file:alarms.yaml or "
                    + "classpath:alarms.yaml. It is read when the component starts. The router sets rules "
                    + "itself, from the folder of its routes.")
    private @Nullable String rulesFile;

    /** Guarded by this. */
    private @Nullable RunningAlarms alarms;

    public DtAlarmComponent() {}

    public DtAlarmComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DtAlarmConfiguration copy = configuration.copy();
        copy.setRules(remaining);
        DtAlarmEndpoint endpoint = new DtAlarmEndpoint(uri, this, copy);
        setProperties(endpoint, parameters);
        endpoint.checkOptions();
        return endpoint;
    }

    /** The alarms of a context; empty if no endpoint or rule in it uses alarms. */
    public static Optional<RunningAlarms> in(CamelContext context) {
        return context.hasComponent(NAME) instanceof DtAlarmComponent component
                ? Optional.of(component.alarms())
                : Optional.empty();
    }

    /** The alarm services and their operations. */
    public synchronized RunningAlarms alarms() {
        if (alarms == null) {
            alarms = new RunningAlarms(streams());
            for (String project : configuration.projects()) {
                alarms.want(project, configuration.getStream());
            }
        }
        return alarms;
    }

    DtStreamComponent streams() {
        return getCamelContext().getComponent("dt-stream", DtStreamComponent.class);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (rulesFile != null) {
            alarms().apply(RulesFile.read(getCamelContext(), rulesFile));
        }
    }

    @Override
    protected void doStop() throws Exception {
        RunningAlarms stopping;
        synchronized (this) {
            stopping = alarms;
        }
        if (stopping != null) {
            stopping.close();
        }
        super.doStop();
    }

    public DtAlarmConfiguration getConfiguration() {
        return configuration;
    }

    /** The defaults for all endpoints. */
    public void setConfiguration(DtAlarmConfiguration configuration) {
        this.configuration = configuration;
    }

    public @Nullable String getRulesFile() {
        return rulesFile;
    }

    public void setRulesFile(@Nullable String rulesFile) {
        this.rulesFile = rulesFile;
    }
}
