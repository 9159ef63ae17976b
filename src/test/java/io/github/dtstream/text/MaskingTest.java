package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MaskingTest {
    private final Masking masking = new Masking();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HTTP operation failed invoking https://h.example.com/x?sig=aB%2Bc&v=1 with statusCode: 400"
                        + " | HTTP operation failed invoking https://h.example.com/x?sig=***&v=*** with statusCode: 400",
                "Failed to resolve endpoint: http://[::1]:80/a?httpMethod=POST&t=s3cr3t due to"
                        + " | Failed to resolve endpoint: http://[::1]:80/a?httpMethod=POST&t=*** due to",
                "To[https:h/x?key=RAW(a b&c)&bridgeEndpoint=true]" + " | To[https:h/x?key=***&bridgeEndpoint=true]",
                "https://hooks.slack.com/services/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"
                        + " | https://hooks.slack.com/services/T024BE7LD9/B024BE7LH/***",
                "https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage"
                        + " | https://api.telegram.org/***/sendMessage",
                "connect to tcp://me:pa55@broker:1883 | connect to tcp://me:***@broker:1883",
                "dt-mqtt:t?brokerUrl=tcp://b&password=RAW(x y)&qos=1 | dt-mqtt:t?brokerUrl=tcp://b&password=***&qos=1",
                "{\"access_token\":\"eyJ0\",\"n\":1} | {\"access_token\":\"***\",\"n\":1}",
                "header Authorization: Bearer eyJ0eXAiOiJKV1Qi | header Authorization: Bearer ***",
                "kafka:t?saslJaasConfig=x&sslKeystorePassword='a b' | kafka:t?saslJaasConfig=x&sslKeystorePassword='***'",
            })
    void masksWhatLooksSecret(String text, String masked) {
        assertThat(masking.mask(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the secret: check it, and the token; a token is given",
                "influx: password={{influx.password}} and token=#bean:x, tokenAsQueryParameter=true",
                "https://api.disruptive-technologies.com/v2/projects/c0md3mbtofn0008cvgjg/devices/bjeho5nlafj3bdrehgsg:publish",
                "file:data/events?fileName=2026-11-25.ndjson&fileExist=Append",
                "Got temperature event from Freezer 3: {\"value\":-18.2}",
                "routes/a.camel.yaml:12:3: error: unknown option 'fileExis'; did you mean 'fileExist'?",
                "http://127.0.0.1:39969 answered 400: field type conflict",
                "https://prod-12.westeurope.logic.azure.com:443/workflows answered 401",
                "jdbc:postgresql://localhost:5432/events is away",
                "http://prod-gateway-eu-12_a:8080/x answered 400",
            })
    void leavesTheRestAsItIs(String text) {
        assertThat(masking.mask(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://mosquitto_container_01:18830",
                "dt-mqtt:dt/p?brokerUrl=tcp://mosquitto_container_01:18830&qos=1",
                "dt-mqtt:dt/p?brokerUrl=tcp%3A%2F%2Fmosquitto_container_01%3A18830&qos=1",
                "dt-mqtt:dt/p?brokerUrl=RAW(ssl://mqtt-01.plant-7:8883)",
            })
    void leavesHostsOfKnownAddressesAsTheyAre(String address) {
        masking.addAddress(address);

        assertThat(masking.mask("MQTT broker tcp://mosquitto_container_01:18830 and ssl://mqtt-01.plant-7:8883"))
                .isEqualTo("MQTT broker tcp://mosquitto_container_01:18830 and ssl://mqtt-01.plant-7:8883");
    }

    @Test
    void masksWhatIsKnownHoweverItIsEncoded() {
        masking.add(List.of("s3cr{{et+/=", "back\\slash\"quote"));

        assertThat(masking.mask("a s3cr{{et+/= b s3cr%7B%7Bet%2B%2F%3D c {\"x\":\"back\\\\slash\\\"quote\"}"))
                .isEqualTo("a *** b *** c {\"x\":\"***\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{{b}} c/d=+&e",
                "a%7B%7Bb%7D%7D%20c%2Fd%3D%2B%26e",
                "a%7b%7bb%7d%7d%20c%2fd%3d%2b%26e",
                "a%7B%7Bb%7D%7D+c%2Fd%3D%2B%26e",
                "a%7B%7Bb%7D%7D%20c/d=+&e",
                "a%7b%7bb%7d%7d%20c/d=+&e",
            })
    void masksASecretThatAnAddressHoldsHoweverMuchOfItIsEncoded(String written) {
        masking.add(List.of("a{{b}} c/d=+&e"));

        assertThat(masking.mask("GET " + written + " failed")).isEqualTo("GET *** failed");
    }

    @Test
    void masksCredentialsAsBasicAuthenticationSendsThem() {
        masking.addCredentials("key", "hush-hush");
        masking.addAddress("http://me:s%2Fcret@proxy:3128");

        assertThat(masking.mask("a5 a2V5Omh1c2gtaHVzaA== and bWU6cy9jcmV0 of s/cret and hush-hush"))
                .isEqualTo("a5 *** and *** of *** and ***");
    }

    @Test
    void masksAShortSecretAsAWordOnlyAndOneThatAnybodyGuessesNever() {
        masking.add(List.of("mqtt", "abc", ""));

        assertThat(masking.mask("user mqtt at events2mqtt, abc")).isEqualTo("user *** at events2mqtt, abc");
    }

    @Test
    void masksALongerSecretWholeThatHoldsAShorterOne() {
        masking.add(List.of("password", "password-of-mine"));

        assertThat(masking.mask("it is password-of-mine.")).isEqualTo("it is ***.");
    }

    @Test
    void knowsTheTokensOfASinksAddressWhereverTheyOccur() {
        masking.addAddress("https://h.example.com/flows/0123456789abcdefABCDEF/run?sv=1.0&sig=aB%2Bc&httpMethod=POST");

        assertThat(masking.mask("no workflow 0123456789abcdefABCDEF; signature aB+c or aB%2Bc is wrong; sv 1.0; POST"))
                .isEqualTo("no workflow ***; signature *** or *** is wrong; sv 1.0; POST");
    }

    @Test
    void knowsNewSecretsHoweverManyAddressesRoutesMake() {
        masking.add(List.of("old-secret-1"));
        masking.addAddress("https://h.example.com/x?sig=hook-secret-1");
        masking.addSettingsAddress("https://h.example.com/x?sig=hook-secret-1");
        for (int i = 0; i < 3_000; i++) {
            masking.addAddress("https://h.example.com/x?token=" + token(i));
        }
        masking.add(List.of("new-secret-1"));

        assertThat(masking.mask("old-secret-1 hook-secret-1 new-secret-1 " + token(2_999)))
                .isEqualTo("*** *** *** ***");
    }

    @Test
    void dropsTheSecretsOfAddressesThatWereAddedLongestAgoAndSaysSoOnce() {
        int said = 0;
        for (int i = 0; i < 3_000; i++) {
            said += masking.addAddress("https://h.example.com/x?token=" + token(i)) ? 1 : 0;
            // A route that sends to one address again and again keeps it known.
            said += masking.addAddress("https://h.example.com/x?token=often-used") ? 1 : 0;
        }

        assertThat(said).isEqualTo(1);
        assertThat(masking.mask(token(1_000) + " " + token(1_001) + " often-used"))
                .isEqualTo(token(1_000) + " *** ***");
    }

    private static String token(int number) {
        return "tk-%06d".formatted(number);
    }

    @Test
    void bearsALongAddress() {
        String text = "https://h.example.com/?t=" + "R2aw".repeat(100_000);

        assertThat(masking.mask(text)).isEqualTo("https://h.example.com/?t=***");
    }

    @Test
    void anExpressionInAnAddressIsNoSecretHoweverItIsEncoded() {
        Masking masking = new Masking();
        masking.addAddress("file://data/events?fileName=%24%7Bheader.DtReceivedDate%7D.ndjson&appendChars=%5Cn");
        masking.addAddress("file://data/%24%7Bheader.DtReceivedDate%7D/x?fileName=${date:now:yyyyMMdd-HH00}.ndjson");

        String text = "fileName: \"${header.DtReceivedDate}.ndjson\" and ${date:now:yyyyMMdd-HH00}.ndjson";
        assertThat(masking.mask(text)).isEqualTo(text);
    }

    @Test
    void aTokenInAnAddressIsASecretHoweverItIsEncoded() {
        Masking masking = new Masking();
        masking.addAddress("https://hooks.example.com/services/T00%2FB11abcdefghijkl99?sig=x");

        assertThat(masking.mask("posted T00/B11abcdefghijkl99")).isEqualTo("posted ***");
    }
}
