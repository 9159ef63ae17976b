package io.github.dtstream.alarm.change;

/**
 * One alarm: of a rule, for a device.
 *
 * @param rule the rule's name
 * @param deviceId the device
 * @param subject what it is about
 */
public record AlarmKey(String rule, String deviceId, Subject subject) {
    /** What an alarm is about. The two never clear each other. */
    public enum Subject {
        /** The values of the device. */
        VALUE("value"),
        /** Its silence. */
        NO_DATA("no-data");

        private final String label;

        Subject(String label) {
            this.label = label;
        }

        /** The word in headers and messages. */
        public String label() {
            return label;
        }
    }
}
