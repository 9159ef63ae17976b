package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.text.Masking;
import io.github.dtstream.web.Viewer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveFramesTest {
    private static final SeriesKey KEY = new SeriesKey("d1", Quantity.TEMPERATURE);

    private final FakeSource source = new FakeSource();
    private int threads;
    /** Without a thread: the test makes the frames. */
    private final LiveFrames frames = new LiveFrames(source, new Masking(), work -> threads++, duration -> {});

    private static final class FakeSource implements LiveFrames.LiveSource {
        private long version = 1_000;
        private double value = 1;
        private String state = "well";
        private int restless;
        private long devices;
        private int made;
        private boolean isLate;

        @Override
        public long version() {
            return version;
        }

        @Override
        public long firstVersion() {
            return 900;
        }

        @Override
        public void changes(long after, SeriesViewer viewer) {
            made++;
            viewer.value(KEY, 5, value);
            if (isLate) {
                viewer.late(KEY, 1, 2);
            }
        }

        @Override
        public ObjectNode status() {
            return JsonNodeFactory.instance.objectNode().put("now", restless++).put("state", state);
        }

        @Override
        public ObjectNode alarms() {
            return JsonNodeFactory.instance.objectNode().put("now", restless++);
        }

        @Override
        public long deviceVersion() {
            return devices;
        }

        @Override
        public TailReader.Tail tail(TailReader reader, int most) {
            return new TailReader.Tail(List.of(), 0);
        }

        @Override
        public String now() {
            return "now";
        }
    }

    private static final class FakeViewer implements Viewer {
        private final List<String> got = new ArrayList<>();
        private boolean isWritable = true;
        private boolean isOpen = true;

        @Override
        public boolean isWritable() {
            return isWritable;
        }

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void send(byte[] frame) {
            got.add(new String(frame, StandardCharsets.UTF_8));
        }

        @Override
        public void whenClosed(Runnable listener) {}

        @Override
        public void close() {
            isOpen = false;
        }

        List<String> take() {
            List<String> taken = List.copyOf(got);
            got.clear();
            return taken;
        }
    }

    private FakeViewer joined(long seen) {
        FakeViewer viewer = new FakeViewer();
        frames.join(viewer, seen, false);
        frames.frame();
        return viewer;
    }

    @Test
    void beginsWithStateAndAlarmsAndGoesOnWithWhatChanges() {
        FakeViewer viewer = joined(1_000);
        assertThat(viewer.take())
                .hasSize(2)
                .allMatch(frame -> frame.matches("(?s)event: (status|alarms)\ndata: .*\n\n"));

        source.version = 1_001;
        source.value = 21.5;
        frames.frame();
        assertThat(viewer.take())
                .containsExactly(
                        "event: values\nid: 1001\ndata: {\"now\":\"now\",\"values\":[[\"d1\",\"temperature\",21.5,5]]}\n\n");
        frames.frame();
        assertThat(viewer.take()).isEmpty();
    }

    @Test
    void oneWhoCannotTakeMoreGetsTheNewestLaterAndNothingTwice() {
        FakeViewer viewer = joined(1_000);
        viewer.take();
        viewer.isWritable = false;
        for (int i = 1; i <= 10; i++) {
            source.version = 1_000 + i;
            source.value = i;
            frames.frame();
        }
        assertThat(viewer.take()).isEmpty();
        viewer.isWritable = true;
        frames.frame();
        assertThat(viewer.take().stream().filter(frame -> frame.startsWith("event: values")))
                .containsExactly(
                        "event: values\nid: 1010\ndata: {\"now\":\"now\",\"values\":[[\"d1\",\"temperature\",10,5]]}\n\n");
    }

    @Test
    void whatSeveralHaveNotSeenIsMadeOnce() {
        FakeViewer one = joined(1_000);
        FakeViewer other = joined(1_000);
        one.take();
        other.take();
        source.made = 0;
        source.version = 1_001;
        frames.frame();
        assertThat(source.made).isEqualTo(1);
        assertThat(one.take()).hasSize(1).isEqualTo(other.take());
    }

    @Test
    void oneWhoComesBackFromBeforeTheStartGetsAllInOneFrame() {
        FakeViewer viewer = joined(800);
        assertThat(viewer.take())
                .filteredOn(frame -> frame.startsWith("event: values\nid: 1000"))
                .hasSize(1);
    }

    @Test
    void aStateThatDiffersInNothingButTheTimeIsSentSeldom() {
        FakeViewer viewer = joined(1_000);
        viewer.take();
        for (int i = 0; i < 40; i++) {
            frames.frame();
        }
        assertThat(viewer.take()).hasSizeBetween(1, 3);
        source.state = "broken";
        for (int i = 0; i < 4; i++) {
            frames.frame();
        }
        assertThat(viewer.take()).anyMatch(frame -> frame.contains("broken"));
    }

    @Test
    void oneThreadServesAll() {
        joined(1_000);
        joined(1_000);
        assertThat(threads).isEqualTo(1);
    }

    @Test
    void tellsOfOtherDevicesAndOfWhatCameLate() {
        FakeViewer viewer = joined(1_000);
        viewer.take();
        source.devices++;
        source.version++;
        source.isLate = true;
        for (int i = 0; i < 4; i++) {
            frames.frame();
        }
        assertThat(String.join("", viewer.take()))
                .contains("event: devices\ndata: {}\n\n")
                .contains("event: late\ndata: {\"series\":[[\"d1\",\"temperature\",1,2]]}\n\n");
    }
}
