package io.github.dtstream.cloud.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        assertThat(HistoryPage.parse("{\"events\":null}".getBytes(StandardCharsets.UTF_8))
                        .nextPageToken())
                .isEmpty();
        assertThat(HistoryPage.parse("{\"nextPageToken\":\"t\"}".getBytes(StandardCharsets.UTF_8))
                        .nextPageToken())
                .contains("t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"events\":[{",
                "{\"events\":[{}]",
                "{\"events\":\"none\"}",
                "<html>",
                "{}",
                "{\"sign\":\"in\"}"
            })
    void whatIsNoPageIsRefused(String body) {
        assertThatThrownBy(() -> HistoryPage.parse(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        String list = body.replace("events", "devices");
        assertThatThrownBy(() -> DevicePage.parse(list.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void pageThatIsNotTheCloudsIsWeatherAndIsSaidSo() {
        assertThatThrownBy(() -> read("{\"sign\":\"in\"}"))
                .hasMessageStartingWith("the history of device d1 cannot be read: it is JSON without events")
                .hasMessageContaining("proxy")
                .satisfies(HistoryPageTest::isWeather);
        assertThatThrownBy(() -> read("{\"events\":[{\"a\":"))
                .hasMessageContaining("cut or changed on its way")
                .satisfies(HistoryPageTest::isWeather);
    }

    private static void isWeather(Throwable failure) {
        assertThat(((CloudException) failure).fault().kind()).isEqualTo(FaultKind.WEATHER);
    }

    private static void read(String body) throws Exception {
        CloudApi api = (path, query) -> body.getBytes(StandardCharsets.UTF_8);
        new History(api, "p").page("d1", Instant.EPOCH, Instant.EPOCH, List.of(), Optional.empty());
    }

    @Test
    void lookedUpDeviceIsInTheProjectThatItsNameSays() throws Exception {
        assertThat(projectOf("{\"name\":\"projects/p2/devices/d1\"}")).contains("p2");
        assertThatThrownBy(() -> projectOf("{\"name\":\"projects/p2/devices/d9\"}"))
                .satisfies(HistoryPageTest::isWeather);
        assertThatThrownBy(() -> projectOf("{}")).satisfies(HistoryPageTest::isWeather);
    }

    private static Optional<String> projectOf(String body) throws Exception {
        return new Devices((path, query) -> body.getBytes(StandardCharsets.UTF_8), "p").projectOf("d1");
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
