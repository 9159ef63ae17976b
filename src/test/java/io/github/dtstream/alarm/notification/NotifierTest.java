package io.github.dtstream.alarm.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.rule.Severity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NotifierTest {
    private static final long NOW = Instant.parse("2026-05-29T10:00:00Z").toEpochMilli();
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;

    private final List<Notification> sent = new ArrayList<>();
    private final Changes changes = changes();
    private Notifier notifier = new Notifier(changes);

    private Changes changes() {
        Changes made = new Changes();
        made.begin("test", change -> sent.add((Notification) change));
        return made;
    }

    private static Topic topic(String to) {
        return new Topic("warm", "", Occasion.RAISED, 0, to);
    }

    private static Member member(String device) {
        AlarmKey key = new AlarmKey("warm", device, AlarmKey.Subject.VALUE);
        return new Member(key, "name of " + device, Instant.ofEpochMilli(NOW), "9 °C");
    }

    private void tell(String to, String device, long due, long now) {
        notifier.tell(topic(to), Severity.WARNING, member(device), device + " is warm", due, now);
    }

    private void restart() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        notifier.write(new DataOutputStream(bytes));
        notifier = new Notifier(changes);
        notifier.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    @Test
    void sendsAtOnceWhatIsDue() {
        tell("duty", "d1", NOW, NOW);

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).text()).isEqualTo("d1 is warm");
        assertThat(sent.get(0).to()).isEqualTo("duty");
        assertThat(sent.get(0).time()).isEqualTo(Instant.ofEpochMilli(NOW));
        assertThat(notifier.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void membersOfATopicWaitForEachOtherAndShareOneNotification() throws IOException {
        tell("", "d1", NOW + MINUTE, NOW);
        tell("", "d2", NOW + 2 * MINUTE, NOW + SECOND);
        assertThat(notifier.nextDue()).isEqualTo(NOW + MINUTE);
        restart();
        assertThat(notifier.nextDue()).isEqualTo(NOW + MINUTE);

        notifier.tick(NOW + MINUTE - 1);
        assertThat(sent).isEmpty();
        notifier.tick(NOW + MINUTE);
        assertThat(sent).extracting(AlarmChange::id).containsExactly("test-0");
        assertThat(sent.get(0).members()).containsExactly(member("d1"), member("d2"));
        assertThat(sent.get(0).text()).isEqualTo("warm raised for 2 devices:\n- d1 is warm\n- d2 is warm");
        assertThat(notifier.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsWithdrawnBeforeItIsDueIsToldToNobody() {
        tell("", "d1", NOW + MINUTE, NOW);

        assertThat(notifier.withdraw(topic(""), member("d1").key())).isTrue();
        assertThat(notifier.withdraw(topic(""), member("d1").key())).isFalse();
        notifier.tick(NOW + MINUTE);
        assertThat(sent).isEmpty();
    }

    @Test
    void listsTheFirstHundredMembersAndCountsTheOthers() {
        IntStream.range(0, 103).forEach(i -> tell("", "d" + i, NOW + MINUTE, NOW));
        notifier.tick(NOW + MINUTE);

        assertThat(sent.get(0).count()).isEqualTo(103);
        assertThat(sent.get(0).members()).hasSize(Notifier.MOST_MEMBERS);
        assertThat(sent.get(0).text()).endsWith("\n- d99 is warm\n- and 3 more");
    }

    @Test
    void theEleventhNotificationInTenMinutesBeginsAFloodOfItsRecipient() throws IOException {
        for (int i = 0; i < 13; i++) {
            tell("duty", "d" + i, NOW + i, NOW + i);
        }
        tell("manager", "d0", NOW + 13, NOW + 13);
        assertThat(sent).hasSize(11);
        assertThat(sent.get(10).to()).isEqualTo("manager");
        assertThat(notifier.nextDue()).isEqualTo(NOW + 10 + 30 * SECOND);
        restart();
        sent.clear();

        notifier.tick(NOW + 10 + 30 * SECOND);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).occasion()).isEqualTo(Occasion.FLOOD);
        assertThat(sent.get(0).members()).containsExactly(member("d10"), member("d11"), member("d12"));
        assertThat(sent.get(0).text()).contains("3 further changes in 30 s (3 raised)");
        assertThat(sent.get(0).severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void aFloodIsOverWhenNothingCameForTenMinutes() {
        for (int i = 0; i < 11; i++) {
            tell("", "d" + i, NOW, NOW);
        }
        notifier.tick(NOW + 30 * SECOND);
        long quiet = notifier.nextDue();
        assertThat(quiet).isEqualTo(NOW + 30 * SECOND + 10 * MINUTE);
        notifier.tick(quiet);
        sent.clear();

        tell("", "d1", quiet, quiet);
        assertThat(sent).extracting(Notification::occasion).containsExactly(Occasion.RAISED);
        assertThat(notifier.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nothingIsToldOfARuleThatIsForgotten() {
        for (int i = 0; i < 11; i++) {
            tell("", "d" + i, NOW, NOW);
        }
        tell("", "d1", NOW + MINUTE, NOW);
        sent.clear();

        notifier.forget("warm");
        notifier.tick(NOW + 20 * MINUTE);
        assertThat(sent).isEmpty();
        assertThat(notifier.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDigestIsNotCountedAsAFlood() {
        for (int i = 0; i < 20; i++) {
            notifier.digest(topic(""), Severity.INFO, List.of(member("d1")), Instant.ofEpochMilli(NOW), "a digest");
        }
        assertThat(sent).hasSize(20).allMatch(one -> one.text().equals("a digest"));
        tell("", "d1", NOW, NOW);
        assertThat(sent).hasSize(21);
    }
}
