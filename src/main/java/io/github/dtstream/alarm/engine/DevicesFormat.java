package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.EnumFormat;
import io.github.dtstream.cloud.api.Device;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes and reads the devices and their alarms, each with its late values. */
final class DevicesFormat {
    private static final Subject[] SUBJECTS = Subject.values();

    private final RulesInForce rules;
    private final DeviceTracks tracks;
    private final LateValues late;
    private final AlarmTimers timers;

    DevicesFormat(RulesInForce rules, DeviceTracks tracks, LateValues late, AlarmTimers timers) {
        this.rules = rules;
        this.tracks = tracks;
        this.late = late;
        this.timers = timers;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(tracks.all().size());
        for (DeviceTrack track : tracks.all()) {
            write(track, out);
            List<Alarm> alarms = track.alarms();
            out.writeInt(alarms.size());
            for (Alarm alarm : alarms) {
                out.writeUTF(alarm.rule.name());
                out.writeByte(alarm.subject.ordinal());
                alarm.write(out);
                late.write(alarm, out);
            }
        }
    }

    private static void write(DeviceTrack track, DataOutput out) throws IOException {
        Device device = track.device;
        out.writeUTF(device.id());
        out.writeUTF(device.type());
        out.writeUTF(device.productNumber());
        out.writeInt(device.labels().size());
        for (Map.Entry<String, String> label : device.labels().entrySet()) {
            out.writeUTF(label.getKey());
            out.writeUTF(label.getValue());
        }
        out.writeLong(track.heard);
        out.writeLong(track.heardFlowed);
        out.writeInt(track.connectors.size());
        for (String connector : track.connectors) {
            out.writeUTF(connector);
        }
        out.writeBoolean(track.isOffline);
    }

    /** @throws IOException if it cannot be read, or was written under other rules */
    void read(DataInput in) throws IOException {
        Map<String, RuleInForce> byName = rules.byName();
        for (int left = in.readInt(); left > 0; left--) {
            DeviceTrack track = device(in);
            tracks.restore(track);
            for (int alarms = in.readInt(); alarms > 0; alarms--) {
                readAlarm(track, byName, in);
            }
        }
    }

    private static DeviceTrack device(DataInput in) throws IOException {
        String id = in.readUTF();
        String type = in.readUTF().intern();
        String productNumber = in.readUTF().intern();
        Map<String, String> labels = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            labels.put(in.readUTF().intern(), in.readUTF().intern());
        }
        DeviceTrack track = new DeviceTrack(new Device(id, type, productNumber, labels));
        track.heard = in.readLong();
        track.heardFlowed = in.readLong();
        Set<String> connectors = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            connectors.add(in.readUTF().intern());
        }
        track.connectors = Set.copyOf(connectors);
        track.isOffline = in.readBoolean();
        return track;
    }

    private void readAlarm(DeviceTrack track, Map<String, RuleInForce> byName, DataInput in) throws IOException {
        String name = in.readUTF();
        Subject subject = EnumFormat.read(in, SUBJECTS);
        RuleInForce rule = byName.get(name);
        if (rule == null) {
            throw new IOException("it was written under other rules: there is no " + name);
        }
        Alarm alarm = new Alarm(rule, track, subject);
        alarm.read(in);
        boolean isKnown = late.read(alarm, in) || !alarm.isBlank();
        if (isKnown && track.take(alarm)) {
            timers.watch(alarm);
        } else {
            late.forget(alarm);
        }
    }
}
