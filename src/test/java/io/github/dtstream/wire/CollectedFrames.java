package io.github.dtstream.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects the records of a reader, in order, as text. */
final class CollectedFrames implements FrameReader.FrameSink {
    final List<String> frames = new ArrayList<>();
    final List<byte[]> arrays = new ArrayList<>();

    @Override
    public void frame(byte[] buffer, int offset, int length) {
        frames.add(new String(buffer, offset, length, StandardCharsets.UTF_8));
        arrays.add(buffer);
    }

    @Override
    public void oversize(byte[] head, long length) {
        frames.add("oversize " + length + " " + head.length + " " + new String(head, 0, 4, StandardCharsets.UTF_8));
        arrays.add(head);
    }
}
