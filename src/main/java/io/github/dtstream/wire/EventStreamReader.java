package io.github.dtstream.wire;

import org.jspecify.annotations.Nullable;

/**
 * The event stream format of the WHATWG HTML standard, section "Server-sent events": lines end with CR, LF or CRLF. A
 * byte-order mark may be at the very beginning. Lines that begin with a colon are comments. The values of an event's
 * {@code data} fields are joined by LF. An event without its closing blank line is discarded at the end of the body.
 * {@code event}, {@code id}, {@code retry} and unknown fields are allowed and ignored. An event with blank data has no
 * record and is dropped.
 *
 * <p>An event is passed on with the byte that completes it: a CR that ends the blank line does not wait for a possible
 * LF. Data of one line that is completely in the buffer, with its blank line, is passed on without copying. One reader
 * reads one body.
 */
public final class EventStreamReader implements FrameReader {
    private static final byte LINE_FEED = '\n';
    private static final byte CARRIAGE_RETURN = '\r';
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int FIELD_PREFIX = "data: ".length();

    private final FrameDispatcher dispatcher;

    // The following fields are used by the feeding thread only.
    /** The unfinished line, which began in an earlier buffer. */
    private final BoundedBytes line;
    /** The joined values of the event's data fields, without those of {@link #value}. */
    private final BoundedBytes data;

    private boolean hasData;
    /** The array of the event's first data value, as long as it is the only one and its array is valid. */
    private byte @Nullable [] value;

    private int valueOffset;
    private int valueKept;
    private long valueLength;
    private int markMatched;
    private boolean atStart = true;
    private boolean afterReturn;
    private long truncated;

    /**
     * @param maxEventSize the longest data of an event, in bytes; longer ones are reported as too long
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

    /** Discards an event without its closing blank line, and counts it unless it is a comment. */
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

    /** The beginning of the content; bytes that prove not to be a mark become part of the first line. */
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

    /** Copies the value before its array becomes invalid, or before another value is joined to it. */
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
