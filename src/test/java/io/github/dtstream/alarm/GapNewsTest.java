package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.GapChanged;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GapNewsTest {
    private static final Instant FROM = Instant.parse("2026-05-29T10:00:00Z");
    private static final Instant TO = FROM.plusSeconds(300);
    private static final Instant NOW = FROM.plusSeconds(900);

    private int ids;
    private final GapNews news = new GapNews(() -> "i" + ++ids);

    private static Gap open(long id) {
        return Gap.open(id, FROM, "cut");
    }

    private static Gap filling(long id) {
        return open(id).resumed(TO).filling(FillProgress.NONE, TO);
    }

    /** The inputs that are due, which then count as passed on. */
    private List<AlarmInput> told(long processed) {
        List<AlarmInput> due = news.due(processed, NOW);
        due.forEach(input -> news.told((GapChanged) input));
        return due;
    }

    private static GapChanged opened(String id, long gap) {
        return new GapChanged(id, gap, FROM, false);
    }

    @Test
    void tellsOfAGapOnceAndAtOnceHoweverFarTheEngineIs() {
        news.look(List.of(open(1)), 1000);

        assertThat(told(0)).containsExactly(opened("i1", 1));
        assertThat(told(0)).isEmpty();
        news.look(List.of(open(1), open(2)), 1000);
        assertThat(told(0)).containsExactly(opened("i2", 2));
        assertThat(news.open()).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void whatWasNotToldIsDueAgain() {
        news.look(List.of(open(1)), 0);

        assertThat(news.due(-1, NOW)).hasSize(1);
        assertThat(news.due(-1, NOW)).hasSize(1);
    }

    @Test
    void aGapIsOverWhenTheEngineHasHadWhatFilledIt() {
        news.look(List.of(filling(1)), 5);
        told(5);
        news.look(List.of(), 9);

        assertThat(told(8)).isEmpty();
        assertThat(told(9)).hasSize(1);
        assertThat(told(9)).isEmpty();
        assertThat(news.open()).isEmpty();
    }

    @Test
    void saysWhenItWasOverAsFarAsTheLedgerKnowsThat() {
        news.look(List.of(filling(1), filling(2)), 0);
        told(0);
        Gap closed = new Gap(1, FROM, TO, null, "cut", 1, Gap.State.CLOSED, FillProgress.NONE, TO, NOW, null);

        news.look(List.of(closed), 0);

        assertThat(told(0)).containsExactly(new GapChanged("i3", 1, TO, true), new GapChanged("i4", 2, NOW, true));
    }

    @Test
    void aGapThatBeganAndWasFilledUnseenIsNoNews() {
        Gap closed = new Gap(1, FROM, TO, null, "cut", 1, Gap.State.CLOSED, FillProgress.NONE, TO, NOW, null);
        news.look(List.of(closed), 0);

        assertThat(told(0)).isEmpty();
    }

    @Test
    void beginsAnewWithWhatTheEngineKnows() {
        news.look(List.of(open(1)), 0);
        told(0);

        news.restart(Set.of(7L));

        assertThat(news.open()).containsExactly(7L);
        assertThat(told(0)).as("not before it has looked").isEmpty();
        news.look(List.of(open(1)), 0);
        assertThat(told(0)).extracting(AlarmInput::id).containsExactly("i2", "i3");
        assertThat(news.open()).containsExactly(1L);
    }

    @Test
    void knowsWhetherAnyConnectionReceives() {
        assertThat(news.interruption()).isEmpty();
        news.look(List.of(filling(1), open(2)), 0);
        assertThat(news.interruption()).contains(open(2));
        news.look(List.of(filling(1), filling(2)), 0);
        assertThat(news.interruption()).isEmpty();
    }
}
