package io.github.dtstream.camel;

import io.github.dtstream.camel.message.DtStreamConstants;
import io.github.dtstream.session.StreamSettings;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Receive the live event stream of a Disruptive Technologies project, without losing what happens while it is interrupted, and
 * append events to it that come by other ways.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dt-stream",
        title = "DT Stream",
        syntax = "dt-stream:projectId",
        category = {Category.IOT, Category.HTTP},
        headersClass = DtStreamConstants.class)
public class DtStreamEndpoint extends DefaultEndpoint implements AsyncEndpoint, EndpointServiceLocation {
    @UriParam
    private DtStreamConfiguration configuration;

    public DtStreamEndpoint(String uri, DtStreamComponent component, DtStreamConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        checkGroup();
        List<DtStreamEndpoint> projects = ofEachProject();
        if (projects.size() == 1) {
            ProjectConsumer consumer = consumerOf(projects.get(0), processor);
            configureConsumer(consumer);
            return consumer;
        }
        ProjectsConsumer consumer = new ProjectsConsumer(
                this,
                processor,
                getComponent(),
                projects.stream().map(project -> consumerOf(project, processor)).toList());
        configureConsumer(consumer);
        return consumer;
    }

    /** The name of its stream, {@code PROJECT/STREAM}, if it has one project. */
    String streamName() {
        return configuration.getProjectId() + "/" + configuration.getStream();
    }

    private static ProjectConsumer consumerOf(DtStreamEndpoint project, Processor processor) {
        return project.configuration.isShared() && !project.getComponent().isGroupElsewhere()
                ? new SharedConsumer(project, processor)
                : new DtStreamConsumer(project, processor);
    }

    private void checkGroup() {
        if (configuration.isShared() && !getComponent().isInGroup()) {
            throw new IllegalArgumentException(
                    "shared=true needs a group of routers with which the route is shared. Set "
                            + getComponent().optionNames().ofGroup()
                            + " to the same on all of them; or leave shared=true out, and the route runs here alone");
        }
    }

    @Override
    public Producer createProducer() {
        return new DtStreamProducer(this);
    }

    @Override
    public DtStreamComponent getComponent() {
        return (DtStreamComponent) super.getComponent();
    }

    public DtStreamConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(DtStreamConfiguration configuration) {
        this.configuration = configuration;
    }

    /** This endpoint, or one endpoint for each project that it names. */
    private List<DtStreamEndpoint> ofEachProject() {
        List<String> projects = StreamOptions.projects(configuration.getProjectId());
        return projects.size() == 1
                ? List.of(this)
                : projects.stream().map(this::ofProject).toList();
    }

    private DtStreamEndpoint ofProject(String project) {
        DtStreamConfiguration copy = configuration.copy();
        copy.setProjectId(project);
        return new DtStreamEndpoint(getEndpointUri().replaceFirst(":.*", ":" + project), getComponent(), copy);
    }

    /** The checked settings of its only stream. */
    StreamSettings streamSettings() {
        return StreamOptions.of(configuration);
    }

    /** The checked settings of each of its streams. */
    public List<StreamSettings> allStreamSettings() {
        return ofEachProject().stream().map(DtStreamEndpoint::streamSettings).toList();
    }

    /**
     * Checks the options without opening anything, for routes that are not started.
     *
     * @throws IllegalArgumentException if one is wrong; the message names it and says what is allowed
     */
    public void checkOptions() {
        allStreamSettings();
        checkGroup();
        StreamOptions.checkSubscriber(configuration);
        String account = configuration.getAccount();
        if (account != null && !account.isBlank()) {
            getComponent().requireAccount(account);
        }
    }

    @Override
    public String getServiceUrl() {
        return getComponent().getApiUrl();
    }

    @Override
    public String getServiceProtocol() {
        return "rest";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("projectId", configuration.getProjectId());
    }
}
