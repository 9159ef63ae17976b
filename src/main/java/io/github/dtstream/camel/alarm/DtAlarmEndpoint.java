package io.github.dtstream.camel.alarm;

import io.github.dtstream.camel.ProjectsConsumer;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;

/** Receive the alarms of a Disruptive Technologies project, each change and each notification once. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dt-alarm",
        title = "DT Alarm",
        syntax = "dt-alarm:rules",
        consumerOnly = true,
        category = {Category.IOT, Category.MONITORING},
        headersClass = DtAlarmConstants.class)
public class DtAlarmEndpoint extends DefaultEndpoint {
    @UriParam
    private DtAlarmConfiguration configuration;

    public DtAlarmEndpoint(String uri, DtAlarmComponent component, DtAlarmConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        List<String> projects = configuration.projects();
        if (projects.size() < 2) {
            DtAlarmConsumer consumer = new DtAlarmConsumer(this, processor);
            configureConsumer(consumer);
            return consumer;
        }
        ProjectsConsumer consumer = new ProjectsConsumer(
                this,
                processor,
                getComponent().streams(),
                projects.stream()
                        .map(project -> new DtAlarmConsumer(ofProject(project), processor))
                        .toList());
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("dt-alarm only receives: use it in a route's from, not in a to");
    }

    @Override
    public DtAlarmComponent getComponent() {
        return (DtAlarmComponent) super.getComponent();
    }

    public DtAlarmConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(DtAlarmConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Checks the options without opening anything, for routes that are not started.
     *
     * @throws IllegalArgumentException if one is wrong; the message names it and says what is allowed
     */
    public void checkOptions() {
        var unused = filter();
    }

    private DtAlarmEndpoint ofProject(String project) {
        DtAlarmConfiguration copy = configuration.copy();
        copy.setProject(project);
        return new DtAlarmEndpoint(getEndpointUri() + "#" + project, getComponent(), copy);
    }

    AlarmFilter filter() {
        return new AlarmFilter(configuration);
    }

    /** @throws IllegalArgumentException if no project is set */
    String project() {
        List<String> projects = configuration.projects();
        if (projects.isEmpty()) {
            throw new IllegalArgumentException("dt-alarm does not know whose alarms these are; set the option project");
        }
        return projects.get(0);
    }
}
