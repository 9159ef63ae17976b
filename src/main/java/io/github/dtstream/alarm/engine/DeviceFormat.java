package io.github.dtstream.alarm.engine;

import io.github.dtstream.cloud.api.Device;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes and reads the state of a device. */
final class DeviceFormat {
    private DeviceFormat() {}

    static void write(DeviceTrack track, DataOutput out) throws IOException {
        Device device = track.device;
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

    static DeviceTrack read(String id, DataInput in) throws IOException {
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
}
