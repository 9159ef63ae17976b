package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.session.ReconnectPolicy.Decision;
import io.github.dtstream.session.SessionState.Outcome;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectPolicyTest {
    private static final Fault FAILURE = Fault.of(FaultKind.TRANSIENT, "reset");
    private static final ConnectionLife NONE = new ConnectionLife(Duration.ofSeconds(1), false);
    private static final ConnectionLife AN_HOUR = new ConnectionLife(Duration.ofHours(1), true);
    private static final ConnectionLife A_MOMENT = new ConnectionLife(Duration.ofSeconds(6), true);
    private static final StreamSettings ENDLESS = SessionFixture.withRetries(-1);

    @Test
    void boundsTheDelayByADoublingThatIsCapped() {
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            assertThat(delay(policy, FAILURE)).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void jittersDownToNothingAndSpreadsWide() {
        Random random = new Random(42);
        long low = 0;
        long high = 0;
        for (int i = 0; i < 1000; i++) {
            ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, random);
            long millis = delay(policy, FAILURE).toMillis();
            assertThat(millis).isBetween(0L, 1000L);
            low += millis < 250 ? 1 : 0;
            high += millis > 750 ? 1 : 0;
        }
        assertThat(low).isBetween(150L, 350L);
        assertThat(high).isBetween(150L, 350L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverFallsUnderWhatTheFaultAsksFor(int failures) {
        Fault timeout = new Fault(FaultKind.TRANSIENT, "504", OptionalInt.of(504), Duration.ofSeconds(10));
        for (int seed = 0; seed < 200; seed++) {
            ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, new Random(seed));
            Duration last = Duration.ZERO;
            for (int i = 0; i < failures; i++) {
                last = delay(policy, timeout);
            }
            long bound = Math.max(10, Math.min(60, 1L << (failures - 1)));
            assertThat(last).as("seed " + seed).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(bound));
        }
    }

    @Test
    void honoursADelayBeyondItsOwnCap() {
        Fault asked = new Fault(FaultKind.TRANSIENT, "429", OptionalInt.of(429), Duration.ofMinutes(30));
        assertThat(delay(new ReconnectPolicy(ENDLESS, highest()), asked)).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void givesUpAfterTheRetriesAndNotBefore() {
        ReconnectPolicy policy = new ReconnectPolicy(SessionFixture.withRetries(3), highest());
        for (int i = 0; i < 3; i++) {
            delay(policy, FAILURE);
        }
        assertThat(policy.ended(FAILURE, false, NONE)).isEqualTo(new Decision.Never(Outcome.GIVEN_UP));
    }

    @Test
    void neverRetriesIfToldSo() {
        ReconnectPolicy policy = new ReconnectPolicy(SessionFixture.withRetries(0), highest());
        assertThat(policy.ended(FAILURE, false, NONE)).isEqualTo(new Decision.Never(Outcome.GIVEN_UP));
    }

    @Test
    void goesOnForEverIfToldSo() {
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        for (int i = 0; i < 10_000; i++) {
            assertThat(delay(policy, FAILURE)).isLessThanOrEqualTo(Duration.ofSeconds(60));
        }
    }

    @Test
    void beginsAnewAfterADelivery() {
        ReconnectPolicy policy = new ReconnectPolicy(SessionFixture.withRetries(2), highest());
        for (int i = 0; i < 10; i++) {
            assertThat(delay(policy, FAILURE)).isEqualTo(Duration.ofSeconds(1));
            assertThat(delay(policy, FAILURE)).isEqualTo(Duration.ofSeconds(2));
            policy.delivered();
            assertThat(policy.failures()).isZero();
        }
    }

    @Test
    void doesNotCountExpectedEnds() {
        ReconnectPolicy policy = new ReconnectPolicy(SessionFixture.withRetries(1), highest());
        for (int i = 0; i < 100; i++) {
            assertThat(policy.ended(Fault.of(FaultKind.ENDED, "the hour"), false, AN_HOUR))
                    .isEqualTo(new Decision.Now());
        }
        assertThat(policy.failures()).isZero();
    }

    @Test
    void triesOtherCredentialsOnceUntilSomethingIsDelivered() {
        Fault refused = Fault.of(FaultKind.CREDENTIALS, "401");
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        assertThat(policy.ended(refused, true, NONE)).isEqualTo(new Decision.Now());
        delay(policy, FAILURE);
        assertThat(policy.ended(refused, true, NONE)).isEqualTo(new Decision.Never(Outcome.CREDENTIALS));
    }

    @Test
    void triesOtherCredentialsAgainAfterSomethingWasDelivered() {
        Fault refused = Fault.of(FaultKind.CREDENTIALS, "401");
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        for (int i = 0; i < 3; i++) {
            assertThat(policy.ended(refused, true, NONE)).isEqualTo(new Decision.Now());
            policy.delivered();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"PERMANENT", "CREDENTIALS"})
    void asksSlowlyAndForEverForWhatTheCloudGaveBefore(FaultKind kind) {
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        policy.delivered();
        for (int i = 0; i < 100; i++) {
            assertThat(policy.ended(Fault.of(kind, "no"), false, NONE))
                    .isEqualTo(new Decision.Slowly(Duration.ofMinutes(10)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"PERMANENT", "CREDENTIALS"})
    void takesTheCloudsWordAtTheStartAndWhereRetriesAreCounted(FaultKind kind) {
        assertThat(new ReconnectPolicy(ENDLESS, highest()).ended(Fault.of(kind, "no"), false, NONE))
                .isInstanceOf(Decision.Never.class);
        ReconnectPolicy counted = new ReconnectPolicy(SessionFixture.withRetries(5), highest());
        counted.delivered();
        assertThat(counted.ended(Fault.of(kind, "no"), false, NONE)).isInstanceOf(Decision.Never.class);
    }

    @Test
    void waitsForWeatherLikeForAnyFailureThatPasses() {
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        Fault weather = Fault.of(FaultKind.WEATHER, "a sign-in page");
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(delay(policy, weather)).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"ENDED", "TRANSIENT"})
    void backsOffFromAStreamThatLivesForAMomentAgainAndAgain(FaultKind kind) {
        ReconnectPolicy policy = new ReconnectPolicy(SessionFixture.withRetries(3), highest());
        Duration waited = Duration.ZERO;
        int connections = 0;
        while (waited.compareTo(Duration.ofMinutes(2)) < 0) {
            policy.delivered();
            if (policy.ended(Fault.of(kind, "over"), false, A_MOMENT) instanceof Decision.Later later) {
                waited = waited.plus(later.delay());
            }
            connections++;
        }
        assertThat(connections).isBetween(7, 10);
        policy.delivered();
        policy.ended(Fault.of(kind, "over"), false, AN_HOUR);
        policy.delivered();
        assertThat(policy.ended(Fault.of(FaultKind.ENDED, "over"), false, A_MOMENT))
                .as("after a long life the next end is the first again")
                .isEqualTo(new Decision.Now());
    }

    @Test
    void stopsAtOnceWhereNoOtherCredentialsCanBeHad() {
        ReconnectPolicy policy = new ReconnectPolicy(ENDLESS, highest());
        assertThat(policy.ended(Fault.of(FaultKind.CREDENTIALS, "401"), false, NONE))
                .isEqualTo(new Decision.Never(Outcome.CREDENTIALS));
    }

    private static Duration delay(ReconnectPolicy policy, Fault fault) {
        return ((Decision.Later) policy.ended(fault, false, NONE)).delay();
    }

    /** Always draws the highest possible number. */
    private static RandomGenerator highest() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return Long.MAX_VALUE;
            }

            @Override
            public long nextLong(long origin, long bound) {
                return bound - 1;
            }
        };
    }
}
