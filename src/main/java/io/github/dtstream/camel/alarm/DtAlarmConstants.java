package io.github.dtstream.camel.alarm;

import org.apache.camel.spi.Metadata;

/** Names of the headers that {@code dt-alarm} sets in addition to those of {@code dt-stream}. */
public final class DtAlarmConstants {
    @Metadata(description = "The name of the rule; absent for a gap of the stream.", javaType = "String")
    public static final String RULE = "DtAlarmRule";

    @Metadata(
            description = "What happened. For a change: pending, raised, cleared, acknowledged, lapsed, shelved, "
                    + "unshelved, commented or ended. For a notification, its reason: raised, cleared, "
                    + "reminder, escalation, digest or flood. For a gap: gap-opened or gap-filled.",
            javaType = "String")
    public static final String KIND = "DtAlarmKind";

    @Metadata(
            description = "The new state of the alarm: normal, pending, unacknowledged, acknowledged or "
                    + "returned. Absent on a notification.",
            javaType = "String")
    public static final String STATE = "DtAlarmState";

    @Metadata(
            description = "The subject of the alarm: value, or no-data for the device's silence. Absent on a "
                    + "notification about alarms of both kinds.",
            javaType = "String")
    public static final String SUBJECT = "DtAlarmSubject";

    @Metadata(description = "The severity: info, warning or critical.", javaType = "String")
    public static final String SEVERITY = "DtAlarmSeverity";

    @Metadata(
            description = "Since when the alarm has been raised, or pending; for a notification about several "
                    + "alarms, since when the first of them: RFC 3339 in UTC.",
            javaType = "String")
    public static final String SINCE = "DtAlarmSince";

    @Metadata(
            description = "The value that counted; empty if there is none. Absent for several alarms.",
            javaType = "String")
    public static final String VALUE = "DtAlarmValue";

    @Metadata(
            description = "The recipient of the notification, as in escalate of the rule; empty for none.",
            javaType = "String")
    public static final String TO = "DtAlarmTo";

    @Metadata(
            description = "The step of the escalation that the notification belongs to, from 1; 0 for a rule "
                    + "without escalation.",
            javaType = "Integer")
    public static final String STEP = "DtAlarmStep";

    @Metadata(
            description =
                    "What the devices of a notification have in common: the value of the label that the rule groups by.",
            javaType = "String")
    public static final String GROUP = "DtAlarmGroup";

    @Metadata(description = "How many alarms the notification is about; 1 on a change.", javaType = "Integer")
    public static final String COUNT = "DtAlarmCount";

    @Metadata(description = "Whether it is about late values, and so not about the present.", javaType = "Boolean")
    public static final String LATE = "DtAlarmLate";

    @Metadata(description = "Whether the device is silent, so that the state is that of before.", javaType = "Boolean")
    public static final String STALE = "DtAlarmStale";

    @Metadata(description = "Some sentences for people.", javaType = "String")
    public static final String TEXT = "DtAlarmText";

    @Metadata(description = "The device's name for people; absent for several alarms.", javaType = "String")
    public static final String DEVICE_NAME = "DtDeviceName";

    private DtAlarmConstants() {}
}
