package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.EnumFormat;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;

/** Writes and reads a member of a notification. */
final class MemberFormat {
    private static final AlarmKey.Subject[] SUBJECTS = AlarmKey.Subject.values();

    private MemberFormat() {}

    static void write(Member member, DataOutput out) throws IOException {
        AlarmKey key = member.key();
        out.writeUTF(key.rule());
        out.writeUTF(key.deviceId());
        out.writeByte(key.subject().ordinal());
        out.writeUTF(member.deviceName());
        out.writeLong(member.since().toEpochMilli());
        out.writeUTF(member.value());
    }

    static Member read(DataInput in) throws IOException {
        AlarmKey key = new AlarmKey(in.readUTF(), in.readUTF(), EnumFormat.read(in, SUBJECTS));
        return new Member(key, in.readUTF(), Instant.ofEpochMilli(in.readLong()), in.readUTF());
    }
}
