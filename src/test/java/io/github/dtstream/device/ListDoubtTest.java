package io.github.dtstream.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ListDoubtTest {
    private static final Set<String> KNOWN = devices(100);

    private final MovableClock time = new MovableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final ListDoubt judge = new ListDoubt("p", time);

    private static Set<String> devices(int count) {
        Set<String> devices = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            devices.add(String.format("d%03d", i));
        }
        return devices;
    }

    private boolean believes(Set<String> listed, Set<String> known) {
        return judge.judge(listed, known).isEmpty();
    }

    private boolean believesInTheEnd(Set<String> listed, Set<String> known) {
        boolean believed = believes(listed, known);
        for (int i = 1; i < 10 && !believed; i++) {
            time.advance(Duration.ofMinutes(1));
            believed = believes(listed, known);
        }
        return believed;
    }

    @Test
    void listWithAllThatIsKnownAndMoreIsBelieved() {
        assertThat(believes(devices(120), KNOWN)).isTrue();
        assertThat(believes(devices(3), Set.of())).isTrue();
    }

    @Test
    void oneInTenMayBeMissing() {
        assertThat(believes(devices(90), KNOWN)).isTrue();
    }

    @Test
    void moreThanOneInTenMissingIsDoubted() {
        assertThat(judge.judge(devices(89), KNOWN))
                .hasValueSatisfying(
                        doubt -> assertThat(doubt).contains("lists 89 devices").contains("11 that are known"));
    }

    @Test
    void emptyListIsDoubtedAlsoWhereNothingIsKnown() {
        assertThat(believes(Set.of(), Set.of())).isFalse();
    }

    @Test
    void sameAnswerIsBelievedAfterSomeMinutes() {
        assertThat(believes(Set.of(), KNOWN)).isFalse();
        time.advance(ListDoubt.BELIEVED_AFTER);

        assertThat(believes(Set.of(), KNOWN)).as("the second answer").isFalse();
        assertThat(believesInTheEnd(Set.of(), KNOWN)).isTrue();
    }

    @Test
    void manyAnswersWithinAMomentAreNotBelieved() {
        for (int i = 0; i < 20; i++) {
            assertThat(believes(Set.of(), KNOWN)).isFalse();
        }
    }

    @Test
    void answersThatChangeAreNotBelieved() {
        for (int i = 0; i < 20; i++) {
            assertThat(believes(devices(i % 2), KNOWN)).isFalse();
            time.advance(Duration.ofMinutes(1));
        }
    }

    @Test
    void goodAnswerInBetweenBeginsTheDoubtAnew() {
        for (int i = 0; i < 20; i++) {
            assertThat(believes(i % 3 == 2 ? KNOWN : Set.of(), KNOWN)).isEqualTo(i % 3 == 2);
            time.advance(Duration.ofMinutes(2));
        }
    }

    @Test
    void whatIsBelievedToBeMissingIsNotDoubtedAgain() {
        assertThat(believesInTheEnd(devices(50), KNOWN)).isTrue();

        assertThat(believes(devices(50), KNOWN)).isTrue();
        assertThat(believes(devices(20), KNOWN)).isFalse();
    }

    @Test
    void emptinessIsDoubtedAgainAfterThereWasSomething() {
        assertThat(believesInTheEnd(Set.of(), Set.of())).isTrue();
        assertThat(believes(Set.of(), Set.of())).isTrue();
        assertThat(believes(devices(1), Set.of())).isTrue();

        assertThat(believes(Set.of(), devices(1))).isFalse();
    }
}
