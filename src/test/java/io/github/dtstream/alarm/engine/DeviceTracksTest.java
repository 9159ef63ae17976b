package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.above;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static io.github.dtstream.alarm.engine.RuleBuilder.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DeviceTracksTest {
    private final Map<String, Device> list = new HashMap<>();
    private final List<String> selected = new ArrayList<>();
    private final RulesInForce rules = new RulesInForce(List.of(
            rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build(),
            silence("silent", 60).build()));
    private final DeviceTracks tracks = new DeviceTracks(
            rules,
            id -> Optional.ofNullable(list.get(id)),
            (track, left) -> selected.add(track.id() + " leaves "
                    + left.stream().map(alarm -> alarm.rule.name()).toList()));

    private static Device device(String id, String room) {
        return new Device(id, "temperature", "", Map.of("room", room));
    }

    @Test
    void selectsTheRulesOfADeviceWhenItIsNewAndWhenTheListSaysOtherwise() {
        DeviceTrack track = tracks.track("d1");
        list.put("d1", device("d1", "north"));
        tracks.track("d1");
        list.put("d1", device("d1", "north"));
        assertThat(tracks.track("d1")).isSameAs(track);
        assertThat(selected).as("unknown, then listed, then equal").containsExactly("d1 leaves []", "d1 leaves []");
        assertThat(track.device.labels()).containsEntry("room", "north");
    }

    @Test
    void devicesWithTheSameRulesShareTheirCoverage() {
        assertThat(tracks.track("d1").coverage()).isSameAs(tracks.track("d2").coverage());
        assertThat(tracks.track("d1").coverage().size()).isEqualTo(2);
    }

    @Test
    void alarmsOfARuleThatIsGoneAreLeft() {
        DeviceTrack track = tracks.track("d1");
        track.alarm(track.place("silent", Subject.NO_DATA));
        selected.clear();

        assertThat(rules.replace(List.of(
                        rule("warm", Quantity.TEMPERATURE).raise(above(8), 0).build())))
                .containsExactly("silent");
        tracks.select(track);
        assertThat(selected).containsExactly("d1 leaves [silent]");
        assertThat(tracks.alarms()).isEmpty();
        assertThat(rules.has("silent")).isFalse();
    }

    @Test
    void findsTheAlarmOfAKnownDeviceAndRuleOnly() {
        tracks.track("d1");
        assertThat(tracks.find(new AlarmKey("warm", "d1", Subject.VALUE))).isNotNull();
        assertThat(tracks.find(new AlarmKey("warm", "d1", Subject.NO_DATA))).isNull();
        assertThat(tracks.find(new AlarmKey("cold", "d1", Subject.VALUE))).isNull();
        assertThat(tracks.find(new AlarmKey("warm", "d2", Subject.VALUE))).isNull();
        tracks.remove("d1");
        assertThat(tracks.find(new AlarmKey("warm", "d1", Subject.VALUE))).isNull();
    }

    @Test
    void aDeviceThatIsReadBackIsNotToldOfAsSelected() {
        tracks.restore(new DeviceTrack(device("d1", "north")));
        assertThat(selected).isEmpty();
        assertThat(tracks.sorted())
                .hasSize(1)
                .allMatch(track -> track.coverage().size() == 2);
    }
}
