package io.github.dtstream.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.web.access.Lock.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockTest {

    /** The smallest accepted number of iterations. */
    private static final PasswordHash HASH = PasswordHash.read(
                    "pbkdf2-sha512:10000:AAECAwQFBgcICQoLDA0ODw:FPHa43T6sXOg7xCVIweUHQrmWPZVLHnoAp-OQQEbCHA")
            .orElseThrow();

    private static final String RIGHT = basic("me:correct horse battery");

    private final BearerToken token = BearerToken.random(new Random(1), "a file");
    private final AtomicLong now = new AtomicLong();

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Lock lock(boolean isLocked, boolean behindProxy, @Nullable PasswordHash password, String... open) {
        return new Lock(
                new AccessSettings(isLocked, behindProxy, List.of(), password, token, List.of(open), AccessAdvice.NONE),
                now::get);
    }

    private static RequestHead head(String method, String path, String... headers) {
        Map<String, List<String>> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], List.of(headers[i + 1]));
        }
        return new RequestHead(method, path, false, all, "10.0.0.1");
    }

    private static RequestHead with(String authorization, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "authorization";
        headers[1] = authorization;
        System.arraycopy(more, 0, headers, 2, more.length);
        return head("GET", "/", headers);
    }

    @Test
    void onThisMachineOnlyWhoChangesSomethingShowsTheToken() {
        Lock lock = lock(false, false, null);
        assertThat(lock.isNeeded(head("GET", "/api/now"))).isFalse();
        assertThat(lock.isNeeded(head("HEAD", "/api/now"))).isFalse();
        assertThat(lock.isNeeded(head("POST", "/api/now"))).isTrue();
        assertThat(lock.isNeededForRoute(head("POST", "/hook"))).isFalse();
        assertThat(lock.trustsAll()).isTrue();
    }

    @Test
    void elsewhereAllButTheOpenPathsNeedsSomething() {
        Lock lock = lock(true, false, HASH, "/hook", "/open/*");
        assertThat(lock.isNeeded(head("GET", "/api/now"))).isTrue();
        assertThat(lock.trustsAll()).isFalse();
        assertThat(lock.isNeededForRoute(head("POST", "/hook"))).isFalse();
        assertThat(lock.isNeededForRoute(head("POST", "/open/a/b"))).isFalse();
        assertThat(lock.isNeededForRoute(head("POST", "/open/"))).isFalse();
        assertThat(lock.isNeededForRoute(head("POST", "/hooked"))).isTrue();
        assertThat(lock.isNeededForRoute(head("POST", "/hook/more"))).isTrue();
        assertThat(lock.isNeededForRoute(head("POST", "/opened"))).isTrue();
        assertThat(lock.isNeededForRoute(head("POST", "/open"))).isTrue();
    }

    @Test
    void seesTheTokenAtOnceAndThatAPasswordNeedsALook() {
        Lock lock = lock(true, false, HASH);
        assertThat(lock.look(head("GET", "/"))).isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with("Bearer " + token.text()))).isEqualTo(Verdict.GRANTED);
        assertThat(lock.look(with("Bearer " + token.text() + "0"))).isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with("bearer"))).isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with("bEaReR  " + token.text()))).isEqualTo(Verdict.GRANTED);
        assertThat(lock.look(with("Bearer " + token.text().toUpperCase(Locale.ROOT))))
                .isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with("Bearer "))).isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with(token.text()))).isEqualTo(Verdict.REFUSED);
        assertThat(lock.look(with(RIGHT))).isEqualTo(Verdict.UNKNOWN);
        assertThat(lock.look(with("bAsIc x"))).isEqualTo(Verdict.UNKNOWN);
        assertThat(lock(true, false, null).look(with(RIGHT)))
                .as("there is none")
                .isEqualTo(Verdict.REFUSED);
    }

    @Test
    void looksAtARightPasswordOnceAndRemembersTheNewestSixteen() throws Exception {
        Lock lock = lock(true, false, HASH);
        lock.check(with(RIGHT));
        assertThat(lock.look(with(RIGHT))).isEqualTo(Verdict.GRANTED);
        for (int user = 1; user <= 15; user++) {
            lock.check(with(basic(user + ":correct horse battery")));
        }
        assertThat(lock.look(with(RIGHT))).isEqualTo(Verdict.GRANTED);
        lock.check(with(basic("16:correct horse battery")));
        assertThat(lock.look(with(RIGHT))).isEqualTo(Verdict.UNKNOWN);
        assertThat(lock.look(with(basic("16:correct horse battery")))).isEqualTo(Verdict.GRANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic ", "Basic !", "Basic bWU=", "Basic bWU6", "Basic bWU6d3Jvbmc=", "Bearer x"})
    void refusesWhatIsNoPasswordOrAnotherOne(String authorization) {
        Lock lock = lock(true, false, HASH);
        assertThatThrownBy(() -> lock.check(with(authorization)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401))
                .hasMessage("this needs the password, as HTTP Basic with any user, or the token in a file, as"
                        + " Authorization: Bearer TOKEN");
        assertThat(lock.look(with(authorization))).isNotEqualTo(Verdict.GRANTED);
    }

    @Test
    void saysOfThePasswordOnlyWhereThereIsOne() {
        Lock lock = lock(false, false, null);
        assertThat(lock.refusal()).hasMessage("this needs the token in a file, as Authorization: Bearer TOKEN");
        assertThat(lock.refusal().status()).isEqualTo(401);
        assertThatThrownBy(() -> lock.check(with(RIGHT))).isInstanceOf(Refusal.class);
    }

    private static void fail(Lock lock, int times, String... more) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> lock.check(with("Basic bWU6d3Jvbmc=", more)))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(401));
        }
    }

    @Test
    void makesAnAddressWaitThatTriesAndForgetsItsFailuresWithASuccess() throws Exception {
        Lock lock = lock(true, false, HASH);
        fail(lock, 5);
        assertThatThrownBy(() -> lock.check(with(RIGHT)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(429))
                .hasMessageContaining("wait 1 s");
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        lock.check(with(RIGHT));
        fail(lock, 5);
    }

    @Test
    void goesByTheAddressThatTheNearestProxySaysOnlyWhereThereIsOne() throws Exception {
        Lock direct = lock(true, false, HASH);
        fail(direct, 5, "x-forwarded-for", "192.0.2.1");
        assertThatThrownBy(() -> direct.check(with(RIGHT, "x-forwarded-for", "192.0.2.2")))
                .as("whoever comes directly says what he likes")
                .hasMessageContaining("too many wrong passwords");

        Lock behind = lock(true, true, HASH);
        fail(behind, 5, "x-forwarded-for", "198.51.100.7, 192.0.2.1");
        assertThatThrownBy(() -> behind.check(with(RIGHT, "x-forwarded-for", "203.0.113.9,192.0.2.1 ")))
                .hasMessageContaining("too many wrong passwords");
        behind.check(with(RIGHT, "x-forwarded-for", "192.0.2.1, 192.0.2.2"));
        fail(behind, 5, "x-forwarded-for", "unknown");
        assertThatThrownBy(() -> behind.check(with(RIGHT)))
                .as("what is no address counts for the proxy itself")
                .hasMessageContaining("too many wrong passwords");
        fail(behind, 5, "x-forwarded-for", "2001:db8::1");
        assertThatThrownBy(() -> behind.check(with(RIGHT, "x-forwarded-for", "2001:db8::2")))
                .hasMessageContaining("too many wrong passwords");
    }

    @ParameterizedTest
    @CsvSource({"navigate, true", "cors, false", ", true"})
    void asksABrowsersUserForThePageAloneAndOnlyForAPassword(@Nullable String mode, boolean asks) {
        RequestHead head = mode == null ? head("GET", "/") : head("GET", "/", "sec-fetch-mode", mode);
        assertThat(lock(true, false, HASH).isToAsk(head)).isEqualTo(asks);
        assertThat(lock(true, false, null).isToAsk(head)).isFalse();
    }

    @Test
    void tokensDifferAndDoNotShowInText() {
        Random random = new Random(2);
        BearerToken one = BearerToken.random(random, "a file");
        assertThat(one.text())
                .hasSize(64)
                .isNotEqualTo(BearerToken.random(random, "a file").text());
        assertThat(one).hasToString("BearerToken in a file");
    }
}
