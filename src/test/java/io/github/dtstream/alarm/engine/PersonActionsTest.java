package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.Acknowledge;
import io.github.dtstream.alarm.change.AlarmInput.Comment;
import io.github.dtstream.alarm.change.AlarmInput.Shelve;
import io.github.dtstream.alarm.change.AlarmInput.Unshelve;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.reading.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A device whose alarm is raised at 10:00, one that is not warm, and a stream that is interrupted if it is silent. */
class PersonActionsTest {
    private static final AlarmKey WARM = key("warm", "d1");
    private static final AlarmKey CALM = key("warm", "d2");
    private static final AlarmKey BLIND = key("blind", "");

    private final AlarmWorld world = new AlarmWorld(
                    rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build(),
                    rule("blind", Quantity.STREAM).raise(is("INTERRUPTED"), 10).build())
            .temperature("d1", "10:00", 9)
            .temperature("d2", "10:00", 5);

    PersonActionsTest() {
        world.news();
    }

    private static AlarmKey key(String rule, String device) {
        return new AlarmKey(rule, device, AlarmKey.Subject.VALUE);
    }

    private static Person ann(@Nullable String until) {
        return new Person("ann", "a look", until == null ? null : AlarmWorld.at(until));
    }

    private void shelve(AlarmKey key, @Nullable String until) {
        world.input(new Shelve(world.nextInput(), key, ann(until)));
    }

    private void unshelve(AlarmKey key) {
        world.input(new Unshelve(world.nextInput(), key, ann(null)));
    }

    private void comment(AlarmKey key) {
        world.input(new Comment(world.nextInput(), key, ann(null)));
    }

    @Test
    void aCommentChangesNothingButIsRecordedWithItsPersonAndTheTimeOfTheStream() {
        world.ping("10:05");
        comment(WARM);
        assertThat(world.changes()).singleElement().satisfies(change -> {
            Transition comment = (Transition) change;
            assertThat(comment.reason()).isEqualTo("ann: a look");
            assertThat(comment.person()).contains(ann(null));
            assertThat(comment.time()).isEqualTo(AlarmWorld.at("10:05"));
        });
        assertThat(world.news()).containsExactly("commented d1 10:05");
        world.acknowledge("warm", "d1");
        assertThat(world.news()).containsExactly("acknowledged d1 10:05");
    }

    /** Without those of the stream, which was silent while the time went on. */
    private List<String> newsOfTheDevice() {
        return world.news().stream().filter(each -> each.contains(" d1 ")).toList();
    }

    @Test
    void anAlarmThatIsNotRaisedCanBeCommentedAndShelvedButNotAcknowledged() {
        comment(CALM);
        shelve(CALM, "11:00");
        assertThat(world.news()).containsExactly("commented d2 10:00", "shelved d2 10:00");
        assertThatThrownBy(() -> world.acknowledge("warm", "d2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to acknowledge");
        assertThat(world.news()).isEmpty();
    }

    @Test
    void aShelvedAlarmIsUnshelvedWhenItsTimeIsOverWithoutAnyValue() {
        shelve(WARM, "10:30");
        world.ping("10:29:59");
        assertThat(newsOfTheDevice()).containsExactly("shelved d1 10:00");
        world.ping("10:30");
        assertThat(world.news()).contains("unshelved d1 10:30");
    }

    @Test
    void aPersonUnshelvesBeforeTheTimeIsOverAndOnlyOnce() {
        shelve(WARM, "10:30");
        unshelve(WARM);
        assertThat(world.news()).startsWith("shelved d1 10:00", "unshelved d1 10:00");
        assertThatThrownBy(() -> unshelve(WARM)).hasMessageContaining("the alarm is not shelved");
        world.ping("10:31");
        assertThat(world.news()).doesNotContain("unshelved d1 10:30");
    }

    @Test
    void anAlarmIsShelvedOnlyUntilATimeInTheFuture() {
        world.ping("10:30");
        assertThatThrownBy(() -> shelve(WARM, "10:30")).hasMessageContaining("a time in the future");
        assertThatThrownBy(() -> shelve(WARM, null)).hasMessageContaining("a time in the future");
        assertThat(newsOfTheDevice()).isEmpty();
        assertThatThrownBy(() -> unshelve(WARM)).hasMessageContaining("not shelved");
    }

    @Test
    void theAlarmOfTheStreamIsAcknowledgedAtTheTimeOfItsSilence() {
        Instant since = AlarmWorld.at("10:00");
        world.input(new AlarmInput.StreamSilent(world.nextInput(), since, AlarmWorld.at("10:12"), "no ping came"));
        assertThat(world.news()).contains("raised  10:10");
        world.acknowledge("blind", "");
        comment(BLIND);
        assertThat(world.news()).containsExactly("acknowledged  10:12", "commented  10:12");
    }

    @Test
    void everyActionOnAnAlarmThatDoesNotExistSaysWhyAndChangesNothing() {
        List<BiFunction<String, AlarmKey, AlarmInput>> actions = List.of(
                (id, key) -> new Acknowledge(id, key, ann(null)),
                (id, key) -> new Shelve(id, key, ann("11:00")),
                (id, key) -> new Unshelve(id, key, ann(null)),
                (id, key) -> new Comment(id, key, ann(null)));
        for (BiFunction<String, AlarmKey, AlarmInput> action : actions) {
            assertThatThrownBy(() -> world.input(action.apply(world.nextInput(), key("cold", "d1"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no rule cold");
            assertThatThrownBy(() -> world.input(action.apply(world.nextInput(), key("warm", "d9"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the rule warm does not apply to a device d9, or that device has sent nothing yet");
        }
        assertThat(world.news()).isEmpty();
    }
}
