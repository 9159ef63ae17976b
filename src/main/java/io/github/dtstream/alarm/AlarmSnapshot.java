package io.github.dtstream.alarm;

import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.storage.DurableState;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * The state of a stream's alarms, with the positions up to which it is valid, in one value that is replaced in one
 * step; the one before it is kept. Binary: a header, the engine's own part, a checksum. Not thread-safe.
 */
final class AlarmSnapshot {
    /**
     * The magic number without the version. The first version also wrote alarms without a state, and none about the stream;
     * the second did not say when gaps were opened.
     */
    private static final int MAGIC = 0x44544130; // DTA0

    private static final int VERSION = 3;

    private static final int CHECKSUM_BYTES = Long.BYTES;

    private final DurableState state;
    private final RuleSet.Reader reader;
    private final Function<List<AlarmRule>, AlarmEngine> engines;
    private long bytes;

    /** @param engines makes an engine without state, with these rules */
    AlarmSnapshot(DurableState state, RuleSet.Reader reader, Function<List<AlarmRule>, AlarmEngine> engines) {
        this.state = state;
        this.reader = reader;
        this.engines = engines;
    }

    /**
     * The positions up to which the state is valid.
     *
     * @param sequence the number of the last processed record of the stream's journal
     * @param alarmSequence the number of the last included record of the alarm journal
     * @param alarmReceived a time not after that record was written
     * @param openGaps the numbers of the gaps that are open for the engine
     * @param rules the rules in force, as text
     */
    record Place(long sequence, long alarmSequence, Instant alarmReceived, Set<Long> openGaps, String rules) {
        Place {
            openGaps = Set.copyOf(openGaps);
        }
    }

    /** The result of loading. */
    record Restored(AlarmEngine engine, Place place) {}

    /** Loads the newest readable state; without a value if there is none. */
    DurableState.Content<Restored> load() throws IOException {
        return state.load(this::read);
    }

    /** The length of the last saved state, in bytes. */
    long bytes() {
        return bytes;
    }

    void save(AlarmEngine engine, Place place) throws IOException {
        state.save(out -> bytes = write(engine, place, out));
    }

    private static long write(AlarmEngine engine, Place place, OutputStream to) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(to, new CRC32());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked));
        out.writeInt(MAGIC + VERSION);
        out.writeLong(place.sequence());
        out.writeLong(place.alarmSequence());
        out.writeUTF(place.alarmReceived().toString());
        out.writeInt(place.openGaps().size());
        for (long gap : new TreeSet<>(place.openGaps())) {
            out.writeLong(gap);
        }
        byte[] rules = place.rules().getBytes(StandardCharsets.UTF_8);
        out.writeInt(rules.length);
        out.write(rules);
        engine.write(out);
        out.flush();
        long length = out.size() + (long) CHECKSUM_BYTES;
        new DataOutputStream(to).writeLong(checked.getChecksum().getValue());
        return length;
    }

    /** @throws IOException if the content was damaged, or was written by a version that this one does not know */
    static void check(byte[] content) throws IOException {
        version(checked(content));
    }

    private static DataInputStream checked(byte[] content) throws IOException {
        int length = content.length - CHECKSUM_BYTES;
        if (length < Integer.BYTES) {
            throw new IOException("it is cut short");
        }
        CRC32 checksum = new CRC32();
        checksum.update(content, 0, length);
        long expected = new DataInputStream(new ByteArrayInputStream(content, length, CHECKSUM_BYTES)).readLong();
        if (checksum.getValue() != expected) {
            throw new IOException("its checksum is wrong");
        }
        return new DataInputStream(new ByteArrayInputStream(content, 0, length));
    }

    private static int version(DataInputStream in) throws IOException {
        int version = in.readInt() - MAGIC;
        if (version < 1 || version > VERSION) {
            throw new IOException("it was written by another version");
        }
        return version;
    }

    private Restored read(byte[] content) throws IOException {
        DataInputStream in = checked(content);
        int version = version(in);
        try {
            Place place = place(in);
            AlarmEngine engine = engines.apply(reader.read(place.rules()));
            if (version == VERSION) {
                engine.read(in);
            } else {
                engine.readEarlier(in, version);
            }
            return new Restored(engine, place);
        } catch (DateTimeException e) {
            throw new IOException("it holds no time where there should be one", e);
        }
    }

    private static Place place(DataInputStream in) throws IOException {
        long sequence = in.readLong();
        long alarmSequence = in.readLong();
        Instant alarmReceived = Instant.parse(in.readUTF());
        Set<Long> gaps = new TreeSet<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            gaps.add(in.readLong());
        }
        byte[] rules = in.readNBytes(in.readInt());
        return new Place(sequence, alarmSequence, alarmReceived, gaps, new String(rules, StandardCharsets.UTF_8));
    }
}
