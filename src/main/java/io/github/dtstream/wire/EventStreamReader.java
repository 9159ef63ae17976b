package io.github.dtstream.wire;

import org.jspecify.annotations.Nullable;

/**
 * The event stream format of the WHATWG HTML standard, section "Server-sent events": lines end with CR, LF or CRLF, a
 * byte-order mark may stand at the very start, lines that begin with a colon are comments, the values of an event's
 * {@code data} fields are joined by LF, and an event without its closing blank line is discarded at the end of the
 * body. {@code event}, {@code id}, {@code retry} and unknown fields are legal and mean nothing here. An event whose
 * data is blank carries no record and is not handed on.
 *
 * <p>An event leaves with the byte that completes it: a CR that ends the blank line is not held back for a LF that may
 * follow. Data of one line that lies whole in the fed buffer with its blank line is handed on in place. One reader
 * reads one body.
 */
public final class EventStreamReader implements FrameReader {
    private static final byte LINE_FEED = '\n';
    private static final byte CARRIAGE_RETURN = '\r';
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int FIELD_PREFIX = "data: ".length();

    private final FrameDispatcher dispatcher;

    // The following are touched by the feeding thread only.
    /** The unfinished line, begun in an earlier buffer. */
    private final BoundedBytes line;
    /** The joined values of the event's data fields, without those of {@link #value}. */
    private final BoundedBytes data;

    private boolean hasData;
    /** Where the event's first data value lies, as long as it is the only one and its array is valid. */
    private byte @Nullable [] value;

    private int valueOffset;
    private int valueKept;
    private long valueLength;
    private int markMatched;
    private boolean atStart = true;
    private boolean afterReturn;
    private long truncated;

    /**
     * @param maxEventSize the longest data of one event handed on, in bytes
     * @throws IllegalArgumentException if it is not from 1 byte to 1 GiB
     */
    public EventStreamReader(int maxEventSize) {
        this.dispatcher = new FrameDispatcher(maxEventSize);
        this.line = new BoundedBytes(maxEventSize + FIELD_PREFIX);
        this.data = new BoundedBytes(maxEventSize);
    }

    @Override
    public void feed(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException {
        int end = offset + length;
        int position = atStart ? skipByteOrderMark(buffer, offset, end) : offset;
        while (position < end) {
            if (afterReturn) {
                afterReturn = false;
                if (buffer[position] == LINE_FEED) {
                    position++;
                    continue;
                }
            }
            int lineEnd = ByteSearch.indexOfLineEnd(buffer, position, end);
            if (lineEnd == end) {
                break;
            }
            endLine(buffer, position, lineEnd - position, sink);
            afterReturn = buffer[lineEnd] == CARRIAGE_RETURN;
            position = lineEnd + 1;
        }
        settleValue();
        line.append(buffer, position, end - position);
    }

    /** What is left has no closing blank line and is discarded; unless it is a comment, it is counted. */
    @Override
    public void end(FrameSink sink) {
        boolean cutField = line.kept() > 0 && line.array()[0] != ':';
        if (hasData || cutField) {
            truncated++;
        }
        line.clear();
        clearEvent();
    }

    @Override
    public long truncated() {
        return truncated;
    }

    /** Where the content begins; a mark that turns out to be none becomes part of the first line. */
    private int skipByteOrderMark(byte[] buffer, int offset, int end) {
        int position = offset;
        while (position < end && markMatched < BYTE_ORDER_MARK.length) {
            if (buffer[position] != BYTE_ORDER_MARK[markMatched]) {
                line.append(BYTE_ORDER_MARK, 0, markMatched);
                atStart = false;
                return position;
            }
            markMatched++;
            position++;
        }
        atStart = markMatched < BYTE_ORDER_MARK.length;
        return position;
    }

    private void endLine(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException {
        if (line.isEmpty()) {
            takeLine(buffer, offset, length, length, sink);
        } else {
            line.append(buffer, offset, length);
            takeLine(line.array(), 0, line.kept(), line.length(), sink);
            line.clear();
        }
    }

    private void takeLine(byte[] array, int offset, int kept, long length, FrameSink sink) throws InterruptedException {
        if (length == 0) {
            dispatch(sink);
        } else if (isData(array, offset, kept)) {
            int prefix = prefixOfData(array, offset, kept);
            addValue(array, offset + prefix, kept - prefix, length - prefix);
        }
    }

    private static boolean isData(byte[] array, int offset, int length) {
        return length >= 4
                && array[offset] == 'd'
                && array[offset + 1] == 'a'
                && array[offset + 2] == 't'
                && array[offset + 3] == 'a'
                && (length == 4 || array[offset + 4] == ':');
    }

    private static int prefixOfData(byte[] array, int offset, int length) {
        if (length <= 5) {
            return length;
        }
        return array[offset + 5] == ' ' ? FIELD_PREFIX : FIELD_PREFIX - 1;
    }

    private void addValue(byte[] array, int offset, int kept, long length) {
        if (hasData) {
            settleValue();
            data.append(LINE_FEED);
            data.append(array, offset, kept);
            data.skip(length - kept);
        } else {
            hasData = true;
            value = array;
            valueOffset = offset;
            valueKept = kept;
            valueLength = length;
        }
    }

    /** Copies the value away before its array becomes invalid, or before another is joined to it. */
    private void settleValue() {
        if (value != null) {
            data.append(value, valueOffset, valueKept);
            data.skip(valueLength - valueKept);
            value = null;
        }
    }

    private void dispatch(FrameSink sink) throws InterruptedException {
        byte[] single = value;
        int kept = single != null ? valueKept : data.kept();
        long length = single != null ? valueLength : data.length();
        clearEvent();
        if (single != null) {
            dispatcher.put(single, valueOffset, kept, length, sink);
        } else {
            dispatcher.put(data.array(), 0, kept, length, sink);
        }
    }

    private void clearEvent() {
        hasData = false;
        value = null;
        data.clear();
    }
}
