package io.github.dtstream.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryPageTest {
    private static List<String> slices(String json) throws IOException {
        HistoryPage page = HistoryPage.parse(json.getBytes(StandardCharsets.UTF_8));
        List<String> slices = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            slices.add(new String(page.body(), page.offset(i), page.length(i), StandardCharsets.UTF_8));
        }
        return slices;
    }

    @Test
    void slicesAreTheObjectsByteForByte() throws Exception {
        String first = "{\"a\": \"}]\\\"{å∂😀\", \"b\" : [1, {\"c\":null}] }";
        String second = "{}";

        assertThat(slices(
                        "{\"x\":{\"y\":[1]},\"events\" :[ " + first + " ,\n" + second + "\n],\"nextPageToken\":\"t\"}"))
                .containsExactly(first, second);
    }

    @Test
    void scalarsAmongTheEventsAreSlicesToo() throws Exception {
        assertThat(slices("{\"events\":[1234 ,\"a long text\", null,{\"a\":1}]}"))
                .containsExactly("1234", "\"a long text\"", "null", "{\"a\":1}");
    }

    @Test
    void tokenIsAbsentWhereItIsEmptyOrMissing() throws Exception {
        assertThat(HistoryPage.parse("{\"events\":[],\"nextPageToken\":\"\"}".getBytes(StandardCharsets.UTF_8))
                        .nextPageToken())
                .isEmpty();
        assertThat(HistoryPage.parse("{}".getBytes(StandardCharsets.UTF_8)).nextPageToken())
                .isEmpty();
        assertThat(HistoryPage.parse("{\"nextPageToken\":\"t\"}".getBytes(StandardCharsets.UTF_8))
                        .nextPageToken())
                .contains("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"events\":[{", "{\"events\":[{}]", "<html>"})
    void whatIsNoPageIsRefused(String body) {
        assertThatThrownBy(() -> HistoryPage.parse(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void deviceIsReadWithItsLabelsAndNothingElse() throws Exception {
        String body =
                "{\"devices\":[{\"name\":\"projects/p/devices/d1\",\"type\":\"ccon\",\"productNumber\":\"100011\","
                        + "\"labels\":{\"name\":\"Küche\",\"empty\":\"\"},\"reported\":{\"touch\":{\"name\":\"x\"}}},"
                        + "{\"name\":\"projects/p/devices/a%2Fb\"},{\"name\":\"projects/p/devices/d2\",\"labels\":null}],"
                        + "\"nextPageToken\":\"n\"}";
        DevicePage page = DevicePage.parse(body.getBytes(StandardCharsets.UTF_8));

        assertThat(page.devices())
                .containsExactly(
                        new Device("d1", "ccon", "100011", Map.of("name", "Küche", "empty", "")),
                        new Device("d2", "", "", Map.of()));
        assertThat(page.devices()).extracting(Device::name).containsExactly("Küche", "d2");
        assertThat(page.nextPageToken()).contains("n");
    }

    @Test
    void pageThatNamesItselfAsTheNextIsNotFollowedForEver() {
        CloudApi api = (path, query) -> "{\"devices\":[],\"nextPageToken\":\"t\"}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> new Devices(api, "p").forEach(DeviceFilters.NONE, device -> {}))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("just read");
    }
}
