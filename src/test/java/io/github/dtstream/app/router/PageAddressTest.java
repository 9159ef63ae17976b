package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:40123/, http://127.0.0.1:40123/",
        "http://0.0.0.0:8080/, http://127.0.0.1:8080/",
        "http://[::]:8080/, http://[::1]:8080/",
        "https://192.168.1.5:8443/, https://192.168.1.5:8443/",
        "https://router.example.com:8443/, https://router.example.com:8443/",
    })
    void isWhereABrowserOfThisMachineFindsThePage(URI listening, String page) {
        assertThat(PageAddress.of(listening, "abc")).hasToString(page + "#token=abc");
    }
}
