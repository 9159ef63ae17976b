package io.github.dtstream.simulator.device;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The device types of the API, and the events that each can send. */
public enum DeviceType {
    TEMPERATURE("temperature", "102058", "Cold room", "temperature", "touch"),
    HUMIDITY("humidity", "102081", "Server room", "humidity", "touch"),
    TOUCH("touch", "102014", "Service button", "touch"),
    PROXIMITY("proximity", "100065", "Door", "objectPresent", "touch"),
    PROXIMITY_COUNTER("proximityCounter", "102061", "Washroom door", "objectPresentCount", "touch"),
    TOUCH_COUNTER("touchCounter", "102060", "Feedback button", "touchCount", "touch"),
    WATER_DETECTOR("waterDetector", "102063", "Basement floor", "waterPresent", "touch"),
    CO2("co2", "102070", "Meeting room", "co2", "pressure", "temperature", "humidity", "touch"),
    MOTION("motion", "102076", "Corridor", "motion", "touch"),
    DESK_OCCUPANCY("deskOccupancy", "102077", "Desk", "deskOccupancy", "touch"),
    CONTACT("contact", "102080", "Window", "contact", "touch"),
    CLOUD_CONNECTOR("ccon", "100011", "Cloud Connector", "connectionStatus", "ethernetStatus", "cellularStatus");

    private static final Set<String> EVERY_SENSOR = Set.of("networkStatus", "batteryStatus", "labelsChanged");

    private final String apiName;
    private final String productNumber;
    private final String displayName;
    private final Set<String> eventTypes;

    DeviceType(String apiName, String productNumber, String displayName, String... eventTypes) {
        this.apiName = apiName;
        this.productNumber = productNumber;
        this.displayName = displayName;
        this.eventTypes = Set.of(eventTypes);
    }

    /** The type's name in the API, for example {@code waterDetector}. */
    public String apiName() {
        return apiName;
    }

    /** The product number of the type; real for temperature, humidity and Cloud Connector. */
    public String productNumber() {
        return productNumber;
    }

    /** The name of devices of the type. */
    public String displayName() {
        return displayName;
    }

    /** Whether devices of the type send events of a type. */
    public boolean sends(String eventType) {
        return eventTypes.contains(eventType)
                || (EVERY_SENSOR.contains(eventType) && (this != CLOUD_CONNECTOR || eventType.equals("labelsChanged")));
    }

    public static Optional<DeviceType> ofApiName(String name) {
        return Arrays.stream(values()).filter(type -> type.apiName.equals(name)).findFirst();
    }
}
