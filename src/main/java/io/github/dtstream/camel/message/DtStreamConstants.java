package io.github.dtstream.camel.message;

import org.apache.camel.spi.Metadata;

/** Names of the headers that {@code dt-stream} sets. */
public final class DtStreamConstants {
    @Metadata(description = "The cloud's unique identifier of the event.", javaType = "String")
    public static final String EVENT_ID = "DtEventId";

    @Metadata(
            description = "The event type, for example temperature; ping for the stream's keep-alive.",
            javaType = "String")
    public static final String EVENT_TYPE = "DtEventType";

    @Metadata(description = "The project that the event belongs to.", javaType = "String")
    public static final String PROJECT_ID = "DtProjectId";

    @Metadata(description = "The device that the event is about; absent on a ping.", javaType = "String")
    public static final String DEVICE_ID = "DtDeviceId";

    @Metadata(
            description = "When a Cloud Connector received the event: RFC 3339 in UTC, as the cloud wrote it.",
            javaType = "String")
    public static final String TIMESTAMP = "DtTimestamp";

    @Metadata(description = "How the event reached us: live, history, push, reported or devices.", javaType = "String")
    public static final String SOURCE = "DtSource";

    @Metadata(
            description = "The event type's own object as JSON text, for example that of data.temperature.",
            javaType = "String")
    public static final String DATA = "DtData";

    @Metadata(description = "When the router received the event: RFC 3339 in UTC.", javaType = "String")
    public static final String RECEIVED = "DtReceived";

    @Metadata(
            description =
                    "The UTC date on which the router received the event, as yyyy-MM-dd. All events of a batch have the"
                            + " same one; it is on the batch, too.",
            javaType = "String")
    public static final String RECEIVED_DATE = "DtReceivedDate";

    @Metadata(
            description = "The device's name: its label name, or else its identifier. Absent on a ping.",
            javaType = "String")
    public static final String DEVICE_NAME = "DtDeviceName";

    @Metadata(
            description = "The device's type, for example temperature. Absent until the device list has been read.",
            javaType = "String")
    public static final String DEVICE_TYPE = "DtDeviceType";

    @Metadata(
            description =
                    "The device's product number, for example 102058; empty on an emulated device. Absent until the device list"
                            + " has been read.",
            javaType = "String")
    public static final String PRODUCT_NUMBER = "DtProductNumber";

    @Metadata(description = "The device's labels. Absent until the device list has been read.", javaType = "Map")
    public static final String LABELS = "DtLabels";

    @Metadata(
            label = "producer",
            description = "How many events of the message were new, after to: dt-stream.",
            javaType = "Integer")
    public static final String ADDED = "DtAdded";

    @Metadata(
            label = "producer",
            description = "How many events of the message the journal had already, after to: dt-stream.",
            javaType = "Integer")
    public static final String KNOWN = "DtKnown";

    private DtStreamConstants() {}
}
