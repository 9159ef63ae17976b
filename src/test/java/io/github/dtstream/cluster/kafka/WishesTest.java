package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WishesTest {
    private static final long GIVEN_UP = -5;

    private static final Set<String> HELD = Set.of("dt.p1.all", "dt.p2.all");

    private final Wishes wishes = new Wishes();

    @BeforeEach
    void wantTwo() {
        wishes.want("p1/all", "dt.p1.all", GIVEN_UP);
        wishes.want("p2/all", "dt.p2.all", GIVEN_UP);
    }

    private static long after(Duration span) {
        return GIVEN_UP + span.toNanos();
    }

    @Test
    void asksForAllThatIsWanted() {
        wishes.want("p3/all", "dt.p3.all", GIVEN_UP);
        wishes.wantNoMore("p1/all");

        assertThat(wishes.askedTopics()).containsExactly("dt.p2.all", "dt.p3.all");
        assertThat(wishes.all()).isEqualTo(Map.of("p2/all", "dt.p2.all", "p3/all", "dt.p3.all"));
        assertThat(wishes.streamOf("dt.p2.all")).contains("p2/all");
        assertThat(wishes.streamOf("dt.p1.all")).isEmpty();
    }

    @Test
    void leavesWhatItGaveUpToTheOthers() {
        wishes.giveUp("p1/all", HELD, GIVEN_UP);

        assertThat(wishes.askedTopics()).containsExactly("dt.p2.all");
        assertThat(wishes.all()).containsKey("p1/all");
        assertThat(wishes.streamOf("dt.p1.all")).contains("p1/all");
    }

    @Test
    void asksForNothingThatOthersHoldInsteadOfWhatItGaveUp() {
        wishes.want("p3/all", "dt.p3.all", GIVEN_UP);
        wishes.want("p4/all", "dt.p4.all", GIVEN_UP);

        wishes.giveUp("p1/all", HELD, GIVEN_UP);

        assertThat(wishes.askedTopics()).containsExactly("dt.p2.all");
        Set<String> taken = Set.of("dt.p1.all", "dt.p2.all", "dt.p3.all");
        assertThat(wishes.askAgain(taken, after(Wishes.OFFERED)))
                .as("the node that held it is gone")
                .containsExactly("p4/all");
    }

    @Test
    void triesOneOfTheStreamsThatItGaveUpBeforeItAsksForTheOthers() {
        wishes.want("p3/all", "dt.p3.all", GIVEN_UP);
        wishes.giveUp("p1/all", HELD, GIVEN_UP);
        wishes.giveUp("p2/all", HELD, GIVEN_UP + 1_000);
        Set<String> taken = Set.of("dt.p1.all", "dt.p2.all", "dt.p3.all");

        assertThat(wishes.askAgain(taken, after(Wishes.AWAY))).containsExactly("p1/all");
        long tried = after(Wishes.AWAY.plus(Wishes.TRIAL));
        assertThat(wishes.askAgain(taken, tried - 1)).isEmpty();
        assertThat(wishes.askAgain(taken, tried)).containsExactly("p2/all", "p3/all");
    }

    @Test
    void triesAStreamThatItGaveUpAndNotOneThatItOnlyLeftToTheOthersWithThat() {
        wishes.want("p0/all", "dt.p0.all", GIVEN_UP);
        wishes.giveUp("p2/all", HELD, GIVEN_UP);
        Set<String> taken = Set.of("dt.p0.all", "dt.p1.all", "dt.p2.all");

        assertThat(wishes.hasGivenUp()).isTrue();
        assertThat(wishes.askAgain(taken, after(Wishes.AWAY))).containsExactly("p2/all");
        assertThat(wishes.askAgain(taken, after(Wishes.AWAY.plus(Wishes.TRIAL))))
                .containsExactly("p0/all");
        assertThat(wishes.hasGivenUp()).isFalse();
    }

    @Test
    void leavesAllOfThemForTenMinutesMoreIfItGaveUpAgainWhatItTried() {
        wishes.giveUp("p1/all", HELD, GIVEN_UP);
        wishes.giveUp("p2/all", HELD, GIVEN_UP);
        Set<String> taken = HELD;
        long tried = after(Wishes.AWAY);
        assertThat(wishes.askAgain(taken, tried)).containsExactly("p1/all");

        long again = tried + Duration.ofMinutes(1).toNanos();
        wishes.giveUp("p1/all", Set.of("dt.p1.all"), again);

        assertThat(wishes.askAgain(taken, again + Wishes.AWAY.toNanos() - 1)).isEmpty();
        assertThat(wishes.askAgain(taken, again + Wishes.AWAY.toNanos())).containsExactly("p1/all");
    }

    @Test
    void asksAgainWhenNobodyHasTakenItInFiveSeconds() {
        wishes.giveUp("p1/all", HELD, GIVEN_UP);

        assertThat(wishes.askAgain(Set.of("dt.p2.all"), after(Wishes.OFFERED) - 1))
                .isEmpty();
        assertThat(wishes.askAgain(Set.of("dt.p2.all"), after(Wishes.OFFERED))).containsExactly("p1/all");
        assertThat(wishes.askedTopics()).containsExactly("dt.p1.all", "dt.p2.all");
        assertThat(wishes.askAgain(Set.of("dt.p2.all"), after(Wishes.OFFERED))).isEmpty();
    }

    @Test
    void leavesItForTenMinutesToWhoTookIt() {
        wishes.giveUp("p1/all", HELD, GIVEN_UP);

        assertThat(wishes.askAgain(Set.of("dt.p1.all"), after(Wishes.AWAY) - 1)).isEmpty();
        assertThat(wishes.askAgain(Set.of("dt.p1.all"), after(Wishes.AWAY))).containsExactly("p1/all");
    }

    @Test
    void givesUpOnlyWhatItWants() {
        wishes.giveUp("p9/all", HELD, GIVEN_UP);
        wishes.giveUp("p1/all", HELD, GIVEN_UP);
        wishes.wantNoMore("p1/all");

        assertThat(wishes.askAgain(Set.of(), after(Wishes.AWAY))).isEmpty();
        assertThat(wishes.askedTopics()).containsExactly("dt.p2.all");
    }

    @Test
    void isReadyForAStreamWhenItSaysSoOrAfterTenMinutes() {
        assertThat(wishes.tellUnready()).containsExactly("dt.p1.all", "dt.p2.all");
        assertThat(wishes.isReadyForMore(Set.of(), after(Wishes.UNREADY) - 1)).isFalse();

        wishes.ready("p1/all");

        assertThat(wishes.isReadyForMore(Set.of(), GIVEN_UP)).isTrue();
        assertThat(wishes.isReadyForMore(Set.of("dt.p1.all"), GIVEN_UP))
                .as("the group knows that the holder is ready")
                .isFalse();
        assertThat(wishes.tellUnready()).containsExactly("dt.p2.all");
        assertThat(wishes.isReadyForMore(Set.of(), GIVEN_UP)).isFalse();
        assertThat(wishes.isReadyForMore(Set.of(), after(Wishes.UNREADY))).isTrue();
        assertThat(wishes.tellUnready()).isEmpty();
    }

    @Test
    void isNotReadyAnewForAStreamThatItWantsAnew() {
        wishes.ready("p1/all");
        wishes.want("p1/all", "dt.p1.all", GIVEN_UP);
        assertThat(wishes.tellUnready()).as("wanted all the time").containsExactly("dt.p2.all");

        wishes.wantNoMore("p1/all");
        wishes.wantNoMore("p2/all");
        assertThat(wishes.isReadyForMore(Set.of(), GIVEN_UP)).isFalse();
        wishes.want("p1/all", "dt.p1.all", GIVEN_UP);

        assertThat(wishes.tellUnready()).containsExactly("dt.p1.all");
    }
}
