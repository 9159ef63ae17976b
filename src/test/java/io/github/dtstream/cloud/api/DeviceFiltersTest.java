package io.github.dtstream.cloud.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceFiltersTest {
    private static final Device DEVICE =
            new Device("d1", "touch", "102058", Map.of("room", "kitchen", "spare", "", "formula", "a=b"));

    private static DeviceFilters filters(String kind, List<String> values) {
        return new DeviceFilters(
                kind.equals("id") ? values : List.of(),
                kind.equals("type") ? values : List.of(),
                kind.equals("product") ? values : List.of(),
                kind.equals("label") ? values : List.of());
    }

    @Test
    void noFilterAllowsEveryDevice() {
        assertThat(DeviceFilters.NONE.allow(DEVICE)).isTrue();
        assertThat(DeviceFilters.NONE.allow(new Device("d2", "", "", Map.of()))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "id, d1, true",
        "id, d2 d1, true",
        "id, d2, false",
        "id, D1, false",
        "type, touch, true",
        "type, temperature, false",
        "product, 102058, true",
        "product, 102059, false",
        "label, room, true",
        "label, room=, true",
        "label, room=kitchen, true",
        "label, room=kitchen2, false",
        "label, room=hall, false",
        "label, floor, false",
        "label, floor=, false",
        "label, spare, true",
        "label, spare=, true",
        "label, spare=x, false",
        "label, formula=a=b, true",
        "label, formula=a, false",
        "label, floor room=kitchen, true",
        "label, floor room=hall, false"
    })
    void aListAllowsWhatMatchesOneOfIt(String kind, String values, boolean allowed) {
        assertThat(filters(kind, List.of(values.split(" "))).allow(DEVICE)).isEqualTo(allowed);
    }

    @Test
    void listsOfDifferentKindsMustAllMatch() {
        assertThat(new DeviceFilters(List.of("d1"), List.of("touch"), List.of("102058"), List.of("room")).allow(DEVICE))
                .isTrue();
        assertThat(new DeviceFilters(List.of("d1"), List.of("other"), List.of("102058"), List.of("room")).allow(DEVICE))
                .isFalse();
        assertThat(new DeviceFilters(List.of("d1"), List.of("touch"), List.of("102058"), List.of("floor"))
                        .allow(DEVICE))
                .isFalse();
    }

    @Test
    void aStreamsFiltersForDevicesAreAllButTheEventTypes() {
        DeviceFilters devices = new StreamFilters(
                        List.of("temperature"),
                        List.of("d1"),
                        List.of("touch"),
                        List.of("102058"),
                        List.of("room=kitchen"))
                .devices();
        assertThat(devices.query())
                .containsExactly(
                        Map.entry("device_ids", List.of("d1")),
                        Map.entry("device_types", List.of("touch")),
                        Map.entry("product_numbers", List.of("102058")),
                        Map.entry("label_filters", List.of("room=kitchen")));
    }
}
