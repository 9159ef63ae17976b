package io.github.dtstream.mqtt.link;

/** The supported versions of the protocol. */
public enum MqttVersion {
    V5("5"),
    V3_1_1("3.1.1");

    private final String text;

    MqttVersion(String text) {
        this.text = text;
    }

    public static MqttVersion parse(String text) {
        for (MqttVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException("mqttVersion '" + text + "' is neither 5 nor 3.1.1");
    }

    @Override
    public String toString() {
        return text;
    }
}
