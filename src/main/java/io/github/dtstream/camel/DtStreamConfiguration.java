package io.github.dtstream.camel;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/** The options of {@code dt-stream}; each can be set on the component for all endpoints, or on one endpoint. */
@UriParams
public class DtStreamConfiguration extends DeliveryConfiguration {
    @UriPath(
            description =
                    "The identifier of the project whose devices are streamed, or several with commas between them.")
    @Metadata(required = true)
    private String projectId = "";

    @UriParam(defaultValue = "default")
    private String stream = "default";

    @UriParam(defaultValue = "true")
    private boolean streaming = true;

    @UriParam(defaultValue = "application/json", enums = "application/json,text/event-stream")
    private String format = "application/json";

    @UriParam(label = "filter")
    private @Nullable String eventTypes;

    @UriParam(label = "filter", defaultValue = "false")
    private boolean allowUnknownEventTypes;

    @UriParam(label = "filter")
    private @Nullable String deviceIds;

    @UriParam(label = "filter")
    private @Nullable String deviceTypes;

    @UriParam(label = "filter")
    private @Nullable String productNumbers;

    @UriParam(label = "filter")
    private @Nullable String labelFilters;

    @UriParam(label = "security")
    private @Nullable String account;

    @UriParam(defaultValue = "false")
    private boolean firstValues;

    @UriParam(defaultValue = "false")
    private boolean deviceChanges;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean shared;

    @UriParam(defaultValue = "10000", javaType = "java.time.Duration")
    private long pingInterval = 10_000;

    @UriParam(defaultValue = "2000", javaType = "java.time.Duration")
    private long pingJitter = 2_000;

    @UriParam(label = "advanced", defaultValue = "1048576")
    private int maxEventSize = 1 << 20;

    @UriParam(defaultValue = "5")
    private int maxRetries = 5;

    @UriParam(label = "advanced", defaultValue = "1000", javaType = "java.time.Duration")
    private long initialRetryDelay = 1_000;

    @UriParam(label = "advanced", defaultValue = "60000", javaType = "java.time.Duration")
    private long maxRetryDelay = 60_000;

    @UriParam(label = "advanced", defaultValue = "3300000", javaType = "java.time.Duration")
    private long renewalPeriod = 3_300_000;

    @UriParam(label = "producer", defaultValue = "0", javaType = "java.time.Duration")
    private long appendTimeout;

    @UriParam(label = "producer,security", defaultValue = "false")
    private boolean signed;

    /** A copy that an endpoint may change. */
    public DtStreamConfiguration copy() {
        try {
            return (DtStreamConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    /** Removes all filters of events and devices. */
    public DtStreamConfiguration withoutFilters() {
        setEventTypes(null);
        setDeviceIds(null);
        setDeviceTypes(null);
        setProductNumbers(null);
        setLabelFilters(null);
        return this;
    }

    public String getProjectId() {
        return projectId;
    }

    public void setProjectId(String projectId) {
        this.projectId = projectId;
    }

    public String getStream() {
        return stream;
    }

    /**
     * The name of the stream within the project. Endpoints of the same project and stream share one connection and one
     * journal, and must agree on the options that are sent to the cloud. Letters, digits, hyphen and underscore.
     */
    public void setStream(String stream) {
        this.stream = stream;
    }

    public boolean isStreaming() {
        return streaming;
    }

    /**
     * Whether the cloud's stream is opened. Without it, the journal only has events that routes append by to:
     * dt-stream, for example from Data Connectors, and no service account is needed. Then missing events are not
     * detected, and no gap is filled.
     */
    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    public String getFormat() {
        return format;
    }

    /** The format of the stream: newline-delimited JSON or server-sent events. */
    public void setFormat(String format) {
        this.format = format;
    }

    public @Nullable String getEventTypes() {
        return eventTypes;
    }

    /** Ask the cloud for these event types only, separated by comma, for example temperature,touch. */
    public void setEventTypes(@Nullable String eventTypes) {
        this.eventTypes = eventTypes;
    }

    public boolean isAllowUnknownEventTypes() {
        return allowUnknownEventTypes;
    }

    /** Whether eventTypes may have types that this router does not know. The cloud silently ignores a misspelt one. */
    public void setAllowUnknownEventTypes(boolean allowUnknownEventTypes) {
        this.allowUnknownEventTypes = allowUnknownEventTypes;
    }

    public @Nullable String getDeviceIds() {
        return deviceIds;
    }

    /** Ask the cloud for events of these devices only: identifiers, separated by comma. */
    public void setDeviceIds(@Nullable String deviceIds) {
        this.deviceIds = deviceIds;
    }

    public @Nullable String getDeviceTypes() {
        return deviceTypes;
    }

    /** Ask the cloud for events of devices of these types only, separated by comma. */
    public void setDeviceTypes(@Nullable String deviceTypes) {
        this.deviceTypes = deviceTypes;
    }

    public @Nullable String getProductNumbers() {
        return productNumbers;
    }

    /** Ask the cloud for events of devices of these product numbers only, separated by comma. */
    public void setProductNumbers(@Nullable String productNumbers) {
        this.productNumbers = productNumbers;
    }

    public @Nullable String getLabelFilters() {
        return labelFilters;
    }

    /**
     * Ask the cloud for events of devices with these labels only: key or key=value, separated by comma. The cloud
     * determines whether one or all of several must match; missed events are fetched for devices that match any.
     */
    public void setLabelFilters(@Nullable String labelFilters) {
        this.labelFilters = labelFilters;
    }

    public @Nullable String getAccount() {
        return account;
    }

    /**
     * The name of the component's service account that reads the project: one for all endpoints of a project. The
     * default is the account that has the project in its list, or else the component's own.
     */
    public void setAccount(@Nullable String account) {
        this.account = account;
    }

    public boolean isFirstValues() {
        return firstValues;
    }

    /**
     * Whether the route also gets the last values of each device, as the device list reports them, with the source
     * reported: once for each device, when the subscriber is new, and when a device joins the project.
     */
    public void setFirstValues(boolean firstValues) {
        this.firstValues = firstValues;
    }

    public boolean isDeviceChanges() {
        return deviceChanges;
    }

    /**
     * Whether the route also gets changes of the project's devices, with the source devices: an event deviceAdded for
     * each device when the subscriber is new and when one joins, deviceChanged when its labels, type or product number
     * change, and deviceRemoved when it has left.
     */
    public void setDeviceChanges(boolean deviceChanges) {
        this.deviceChanges = deviceChanges;
    }

    public boolean isShared() {
        return shared;
    }

    /**
     * Whether the routers of a group share the route: each of them delivers the events of some devices, in order for each
     * device. Otherwise the route runs on the router that holds the stream.
     */
    public void setShared(boolean shared) {
        this.shared = shared;
    }

    public long getPingInterval() {
        return pingInterval;
    }

    /**
     * The interval of the pings that the cloud is asked to send, in milliseconds or as 10s; from 1 second to 5 minutes.
     */
    public void setPingInterval(long pingInterval) {
        this.pingInterval = pingInterval;
    }

    public long getPingJitter() {
        return pingJitter;
    }

    /** How late a ping may be. Silence longer than pingInterval and pingJitter together ends the connection. */
    public void setPingJitter(long pingJitter) {
        this.pingJitter = pingJitter;
    }

    public int getMaxEventSize() {
        return maxEventSize;
    }

    /** The longest event that is accepted, in bytes. A longer one is skipped and counted. */
    public void setMaxEventSize(int maxEventSize) {
        this.maxEventSize = maxEventSize;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    /** How many attempts to connect may fail in a row before the stream is given up; -1 for no limit. */
    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public long getInitialRetryDelay() {
        return initialRetryDelay;
    }

    /** The limit of the random delay before the first retry; it doubles with each failure. */
    public void setInitialRetryDelay(long initialRetryDelay) {
        this.initialRetryDelay = initialRetryDelay;
    }

    public long getMaxRetryDelay() {
        return maxRetryDelay;
    }

    /** The largest limit of the random delay before a retry. */
    public void setMaxRetryDelay(long maxRetryDelay) {
        this.maxRetryDelay = maxRetryDelay;
    }

    public long getRenewalPeriod() {
        return renewalPeriod;
    }

    /**
     * The lifetime of a connection until a successor takes over without a gap, randomly up to five minutes less, so
     * that streams that started together are renewed at different times. The cloud ends each connection after an hour.
     * 0 waits for that end.
     */
    public void setRenewalPeriod(long renewalPeriod) {
        this.renewalPeriod = renewalPeriod;
    }

    public long getAppendTimeout() {
        return appendTimeout;
    }

    /**
     * The time after which an exchange fails if its events are not on disk; it must then be sent again, which does no
     * harm. 0 waits without limit.
     */
    public void setAppendTimeout(long appendTimeout) {
        this.appendTimeout = appendTimeout;
    }

    public boolean isSigned() {
        return signed;
    }

    /**
     * Whether a message is appended only with a valid signature of its body in the header X-Dt-Signature, as the
     * vendor's Data Connectors make it with the component's signatureSecret.
     */
    public void setSigned(boolean signed) {
        this.signed = signed;
    }
}
