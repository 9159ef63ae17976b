package io.github.dtstream.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.text.NearestName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTest {
    @Test
    void knowsTheNineteenTypesThatCanBeSelected() {
        assertThat(EventTypes.known())
                .hasSize(19)
                .contains("touch", "co2", "cellularStatus")
                .doesNotContain(Event.PING);
        assertThat(EventTypes.known()).allMatch(EventTypes::isKnown);
        assertThat(EventTypes.isKnown("Temperature")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "temperatur, temperature",
        "Temperature, temperature",
        "TEMPERATURE, temperature",
        "tempreature, temperature",
        "humidty, humidity",
        "object_present, objectPresent",
        "objectPresnetCount, objectPresentCount",
        "desk-occupancy, deskOccupancy",
        "c02, co2",
        "co, co2",
        "tuoch, touch",
        "labelChanged, labelsChanged"
    })
    void namesTheTypeThatWasMeant(String given, String meant) {
        assertThat(NearestName.of(given, EventTypes.known())).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "ping", "proximity", "weather", "a very long text that resembles no event type at all"})
    void namesNoneWhereNoneIsNear(String given) {
        assertThat(NearestName.of(given, EventTypes.known())).isEmpty();
    }
}
