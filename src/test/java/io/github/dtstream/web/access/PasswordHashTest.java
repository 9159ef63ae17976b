package io.github.dtstream.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    @Test
    void knowsItsPasswordAgainAndNoOther() {
        PasswordHash hash = PasswordHash.of("a long pässword".toCharArray(), new Random(1));
        PasswordHash read = PasswordHash.read(hash.text()).orElseThrow();

        assertThat(read.isOf("a long pässword".toCharArray())).isTrue();
        assertThat(read.isOf("a long password".toCharArray())).isFalse();
        assertThat(read.isOf(new char[0])).isFalse();
        assertThat(hash.text()).startsWith("pbkdf2-sha512:210000:").doesNotContain("password");
        assertThat(read.text()).isEqualTo(hash.text());
        assertThat(hash).hasToString("pbkdf2-sha512");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "pbkdf2-sha512:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha512:99999999:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha512:210000:AAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha512:210000:AAAAAAAAAAAAAAAAAAAAAA:AAAA",
                "pbkdf2-sha1:210000:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void readsNothingElse(String text) {
        assertThat(PasswordHash.read(text)).isEmpty();
    }
}
