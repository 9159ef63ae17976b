package io.github.dtstream.alarm.change;

/**
 * One alarm: a rule and a device.
 *
 * @param rule the rule's name
 * @param deviceId the device
 * @param subject the subject
 */
public record AlarmKey(String rule, String deviceId, Subject subject) {
    /** The subject of an alarm. Alarms of different subjects never clear each other. */
    public enum Subject {
        /** The values of the device. */
        VALUE("value"),
        /** The silence of the device. */
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
