package io.github.dtstream.gap;

/**
 * What came of reading one device's history.
 *
 * @param deviceId the device
 * @param kind how it ended
 * @param found events that history had
 * @param added events that the journal did not have
 * @param invalid records that were no events
 * @param reason what the cloud said; empty where it was read
 */
public record DeviceOutcome(String deviceId, Kind kind, long found, long added, long invalid, String reason) {
    public enum Kind {
        /** Read to the end. */
        READ,
        /** History does not know it: it has left the project, or the cloud is wrong. */
        UNKNOWN,
        /** The cloud will not give its history. */
        REFUSED,
        /** It failed again and again. */
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

    /** Whether the cloud has answered, and gives nothing. */
    public boolean isRefused() {
        return kind == Kind.UNKNOWN || kind == Kind.REFUSED;
    }

    public String sentence() {
        return deviceId + ": " + reason;
    }
}
