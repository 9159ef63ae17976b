package io.github.dtstream.gap;

/**
 * The outcome of reading one device's history.
 *
 * @param deviceId the device
 * @param kind how it ended
 * @param found events that history had
 * @param added events that were new to the journal
 * @param invalid records that were not valid events
 * @param reason the cloud's reason; empty if the history was read
 */
public record DeviceOutcome(String deviceId, Kind kind, long found, long added, long invalid, String reason) {
    public enum Kind {
        /** Read to the end. */
        READ,
        /** The cloud's history does not know the device: it has left the project, or the cloud is wrong. */
        UNKNOWN,
        /** The cloud refuses to give the device's history. */
        REFUSED,
        /** Reading failed several times. */
        FAILED
    }

    public static DeviceOutcome read(String deviceId, long found, long added, long invalid) {
        return new DeviceOutcome(deviceId, Kind.READ, found, added, invalid, "");
    }

    public static DeviceOutcome without(String deviceId, Kind kind, String reason) {
        return new DeviceOutcome(deviceId, kind, 0, 0, 0, reason);
    }

    public boolean isRead() {
        return kind == Kind.READ;
    }

    /** Whether the cloud answered and gave no history. */
    public boolean isRefused() {
        return kind == Kind.UNKNOWN || kind == Kind.REFUSED;
    }

    public String sentence() {
        return deviceId + ": " + reason;
    }
}
