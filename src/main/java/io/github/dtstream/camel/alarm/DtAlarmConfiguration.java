package io.github.dtstream.camel.alarm;

import io.github.dtstream.camel.DeliveryConfiguration;
import io.github.dtstream.camel.StreamOptions;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/** The options of {@code dt-alarm}; each can be set on the component for all endpoints, or on one endpoint. */
@UriParams
public class DtAlarmConfiguration extends DeliveryConfiguration {
    @UriPath(
            description = "The rules: the name of one, a pattern with asterisks, or several of these separated "
                    + "by comma; a single asterisk for all.")
    @Metadata(required = true)
    private String rules = "*";

    @UriParam
    private @Nullable String project;

    @UriParam(defaultValue = "default")
    private String stream = "default";

    @UriParam(label = "filter", defaultValue = "notifications", enums = "notifications,changes,all")
    private String events = "notifications";

    @UriParam(label = "filter", defaultValue = "info", enums = "info,warning,critical")
    private String severity = "info";

    @UriParam(label = "filter")
    private @Nullable String to;

    @UriParam(label = "filter", defaultValue = "0")
    private int step;

    /** A copy that an endpoint may change. */
    public DtAlarmConfiguration copy() {
        try {
            return (DtAlarmConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getRules() {
        return rules;
    }

    public void setRules(String rules) {
        this.rules = rules;
    }

    public @Nullable String getProject() {
        return project;
    }

    /** The projects of the option; empty if it is not set. */
    List<String> projects() {
        return project == null || project.isBlank() ? List.of() : StreamOptions.projects(project);
    }

    /**
     * The identifier of the project of the alarms, or several with commas between them. The router sets it to its
     * projects.
     */
    public void setProject(@Nullable String project) {
        this.project = project;
    }

    public String getStream() {
        return stream;
    }

    /** The name of the stream within the project, as dt-stream has it. */
    public void setStream(String stream) {
        this.stream = stream;
    }

    public String getEvents() {
        return events;
    }

    /**
     * What the route gets: notifications for people, the changes of each alarm, or everything in the alarm journal,
     * including gaps of the stream.
     */
    public void setEvents(String events) {
        this.events = events;
    }

    public String getSeverity() {
        return severity;
    }

    /** The lowest severity that the route gets. */
    public void setSeverity(String severity) {
        this.severity = severity;
    }

    public @Nullable String getTo() {
        return to;
    }

    /**
     * Only notifications for these recipients, as in escalate of the rules; several are separated by comma. A rule
     * without escalate has no recipients: its notifications reach the endpoints without this option.
     */
    public void setTo(@Nullable String to) {
        this.to = to;
    }

    public int getStep() {
        return step;
    }

    /** Only notifications of this step of the escalation, from 1. 0 for all. */
    public void setStep(int step) {
        this.step = step;
    }
}
