package io.github.dtstream.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.text.Secret;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {
    private static final Properties NOTHING = new Properties();

    private static String proxyFor(ProxyRules rules, String host) {
        return rules.forServer(host, 443).map(HttpProxy::toString).orElse("direct");
    }

    @ParameterizedTest
    @CsvSource({
        "http://corp_proxy:3128,corp_proxy:3128",
        "http://me:p%40ss%3A@proxy.example.com:3128/,proxy.example.com:3128",
        "proxy:8080,proxy:8080",
        "http://proxy,proxy:1080",
        "http://[fd00::1]:3128,[fd00::1]:3128",
        "'',direct",
    })
    void takesTheVariable(String value, String proxy) {
        assertThat(proxyFor(ProxyRules.of(Map.of("HTTPS_PROXY", value), NOTHING), "api.example.com"))
                .isEqualTo(proxy);
        assertThat(proxyFor(ProxyRules.of(Map.of("https_proxy", value, "HTTPS_PROXY", "other:1"), NOTHING), "a.b"))
                .isEqualTo(proxy);
    }

    @Test
    void decodesUserAndPasswordAndShowsNeither() {
        ProxyRules rules = ProxyRules.of(Map.of("HTTPS_PROXY", "http://m%65:p%40s+s%3A@proxy:3128"), NOTHING);
        HttpProxy proxy = rules.forServer("a.b", 443).orElseThrow();

        assertThat(proxy.user()).isEqualTo("me");
        assertThat(proxy.password()).isEqualTo(new Secret("p@s+s:"));
        assertThat(rules.toString()).doesNotContain("p@s", "p%40");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"socks5://me:hush@proxy:1080", "https://me:hush@proxy:443", "http://me:hush@pro xy:1", "http://"
            })
    void refusesWhatIsNoHttpProxyWithoutShowingThePassword(String value) {
        assertThatThrownBy(() -> ProxyRules.of(Map.of("HTTPS_PROXY", value), NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining("HTTPS_PROXY does not name an HTTP proxy")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,api.example.com,direct",
        "example.com,EXAMPLE.com,direct",
        "example.com,myexample.com,proxy:1",
        ".example.com,api.example.com,direct",
        "*.example.com,api.example.com,direct",
        "'a.b, example.com',api.example.com,direct",
        "example.com:443,example.com,direct",
        "example.com:8443,example.com,proxy:1",
        "*,anything,direct",
        "'',127.0.0.1,direct",
        "'',localhost,direct",
        "'',[::1],direct",
        "'',api.example.com,proxy:1",
    })
    void sparesWhatNoProxyNames(String noProxy, String host, String expected) {
        assertThat(proxyFor(ProxyRules.of(Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", noProxy), NOTHING), host))
                .isEqualTo(expected);
        assertThat(proxyFor(
                        ProxyRules.of(Map.of("https_proxy", "proxy:1", "no_proxy", noProxy, "NO_PROXY", "*"), NOTHING),
                        host))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'',api.example.com,jvm:8080",
        "*.example.com|x,api.example.com,direct",
        "api.*,api.example.com,direct",
        "example.com,api.example.com,jvm:8080",
        "'',127.0.0.1,direct",
    })
    void prefersTheProxyOfTheJvm(String nonProxyHosts, String host, String expected) {
        Properties system = new Properties();
        system.setProperty("https.proxyHost", "jvm");
        system.setProperty("https.proxyPort", "8080");
        system.setProperty("http.nonProxyHosts", nonProxyHosts);

        assertThat(proxyFor(ProxyRules.of(Map.of("HTTPS_PROXY", "proxy:1"), system), host))
                .isEqualTo(expected);
    }
}
