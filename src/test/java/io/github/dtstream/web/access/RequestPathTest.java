package io.github.dtstream.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    private static final String AMBIGUOUS = "a path must not have empty parts";

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a/, /a/",
        "/a?b=//, /a",
        "/a#/../b, /a",
        "/a%20b, /a b",
        "/%C3%a4, /\u00e4",
        "/..., /...",
        "/.a/b..., /.a/b...",
        "/%3f, /?"
    })
    void readsAPathAndLeavesOutWhatFollowsIt(String target, String path) throws Exception {
        assertThat(RequestPath.of(target)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "//a",
                "/a//b",
                "/a//",
                "/.",
                "/..",
                "/a/../b",
                "/a/./b",
                "/%2e%2E/a",
                "/a%2fb",
                "/a%5cb",
                "/a\\b",
                "/a;b",
                "/a%3bb",
                "/a%00",
                "/a%0d%0ab",
                "/%7f"
            })
    void refusesWhatTwoReadersCouldReadDifferently(String target) {
        assertThatThrownBy(() -> RequestPath.of(target))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
                .hasMessageStartingWith(AMBIGUOUS);
    }

    @ParameterizedTest
    @CsvSource({
        "'', must begin with /",
        "http://elsewhere/, must begin with /",
        "*, must begin with /",
        "/\u00e4, letters that must be encoded",
        "/\u0080, letters that must be encoded",
        "/%, two hexadecimal digits",
        "/%4, two hexadecimal digits",
        "/%4g, two hexadecimal digits",
        "/%g4, two hexadecimal digits",
        "/%\uff11\uff11, two hexadecimal digits",
        "/%1\uff11, two hexadecimal digits",
        "/%c3, not UTF-8",
        "/%ff, not UTF-8",
        "/%c0%ae, not UTF-8"
    })
    void saysWhatIsWrong(String target, String reason) {
        assertThatThrownBy(() -> RequestPath.of(target))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
                .hasMessageContaining(reason);
    }

    /** Java's own parser reads every accepted path in the same way, and none leaves its folder. */
    @Test
    void whatIsLetThroughReadsTheSameElsewhere() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "/./.%2eEf5cC3Ba4;\\?#a b~";
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int length = random.nextInt(8); length > 0; length--) {
                target.append(letters.charAt(random.nextInt(letters.length())));
            }
            String path;
            try {
                path = RequestPath.of(target.toString());
            } catch (Refusal e) {
                continue;
            }
            passed++;
            String asSent =
                    target.toString().split("[?#]", 2)[0].replace(" ", "%20").replace("~", "%7E");
            URI uri = URI.create("http://h" + asSent);
            assertThat(uri.getPath()).as("%s, seed %d", target, seed).isEqualTo(path);
            assertThat(uri.normalize().getPath())
                    .as("%s, seed %d", target, seed)
                    .isEqualTo(path);
            assertThat(path.getBytes(StandardCharsets.UTF_8))
                    .as("%s, seed %d", target, seed)
                    .doesNotContain('\\', ';', 0);
        }
        assertThat(passed).as("seed %d", seed).isGreaterThan(500);
    }
}
