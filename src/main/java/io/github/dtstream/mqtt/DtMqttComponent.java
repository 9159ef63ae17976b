package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.mqtt.message.BatchOrigin;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.PropertiesHelper;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to MQTT brokers with many messages in flight. Each exchange is completed by the broker's acknowledgement.
 */
@Component("dt-mqtt")
public class DtMqttComponent extends HealthCheckComponent implements SSLContextParametersAware {
    @Metadata
    private DtMqttConfiguration configuration = new DtMqttConfiguration();

    @Metadata(label = "security", defaultValue = "false")
    private boolean useGlobalSslContextParameters;

    /** Set while the component is started. */
    private volatile @Nullable MqttConnections connections;

    private final LifecycleStrategy routes = new LifecycleStrategySupport() {
        @Override
        public void onRoutesAdd(Collection<Route> added) {
            added.forEach(DtMqttComponent.this::awaitStop);
        }
    };

    public DtMqttComponent() {}

    public DtMqttComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DtMqttConfiguration own = configuration.copy();
        own.getUserProperties().putAll(PropertiesHelper.extractProperties(parameters, "userProperty."));
        DtMqttEndpoint endpoint = new DtMqttEndpoint(uri, remaining, this, own);
        setProperties(getCamelContext(), own, parameters);
        setProperties(endpoint, parameters);
        if (own.getSslContextParameters() == null) {
            own.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        return endpoint;
    }

    /** The connections of this component's endpoints; endpoints with equal settings share one. */
    MqttConnections connections() {
        MqttConnections current = connections;
        if (current == null) {
            throw new IllegalStateException("The component dt-mqtt is not started");
        }
        return current;
    }

    /** The state of each connection to a broker; empty before the component has started. */
    public List<MqttStatus> statuses() {
        MqttConnections current = connections;
        return current == null ? List.of() : current.statuses();
    }

    /**
     * For each topic on which this client announces its presence, an endpoint of that connection; empty before the
     * component has started. Thread-safe.
     */
    public Map<String, DtMqttEndpoint> announced() {
        MqttConnections current = connections;
        return current == null ? Map.of() : current.announced();
    }

    /**
     * The router's identifier at brokers, which is {@code {router}} in a {@code willTopic}.
     *
     * @throws IOException if it can be neither read nor written
     */
    public String routerId() throws IOException {
        return routerId(
                Path.of(configuration.getStateDirectory()).toAbsolutePath().normalize());
    }

    /** Synchronized, so that only one of several callers makes the identifier. */
    synchronized String routerId(Path folder) throws IOException {
        try {
            return RouterId.in(folder, new SecureRandom(), new SystemStorage());
        } catch (IOException e) {
            throw new IOException(
                    "What tells this router from others at the broker cannot be kept in " + folder + ": " + e
                            + "; make the folder writable, or set stateDirectory",
                    e);
        }
    }

    private void awaitStop(Route route) {
        route.addService(new RouteStopNotice(route.getRouteId(), this));
    }

    void routeStops(String routeId) {
        MqttConnections current = connections;
        if (current != null) {
            current.hurry(routeId);
        }
    }

    void ended(BatchOrigin origin) {
        MqttConnections current = connections;
        if (current != null) {
            current.hurry(origin);
        }
    }

    @Override
    protected void doStart() throws Exception {
        connections = new MqttConnections(getCamelContext());
        getCamelContext().addLifecycleStrategy(routes);
        getCamelContext().getRoutes().forEach(this::awaitStop);
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        getCamelContext().getLifecycleStrategies().remove(routes);
        MqttConnections last = connections;
        connections = null;
        if (last != null) {
            last.close();
        }
    }

    public DtMqttConfiguration getConfiguration() {
        return configuration;
    }

    /** The default options of endpoints. */
    public void setConfiguration(DtMqttConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Whether to use Camel's global TLS parameters for endpoints without their own. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
