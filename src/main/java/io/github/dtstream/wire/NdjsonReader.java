package io.github.dtstream.wire;

/**
 * Newline-delimited JSON: a record ends at LF, a CR before it is dropped, and blank lines are ignored. A line that is
 * completely in the buffer is passed on without copying; a line over several buffers is collected, up to the longest
 * allowed length. A byte-order mark before the first line is ignored. One reader reads one body.
 */
public final class NdjsonReader implements FrameReader {
    private static final byte CARRIAGE_RETURN = '\r';
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final FrameDispatcher dispatcher;

    // The following fields are used by the feeding thread only.
    private final BoundedBytes carry;
    private byte lastCarried;
    /** How many bytes of a byte-order mark may still follow. */
    private int markLeft = BYTE_ORDER_MARK.length;

    private long truncated;

    /**
     * @param maxEventSize the longest accepted line, in bytes without its line end
     * @throws IllegalArgumentException if it is not from 1 byte to 1 GiB
     */
    public NdjsonReader(int maxEventSize) {
        this.dispatcher = new FrameDispatcher(maxEventSize);
        // One byte more than the longest line, as the last byte may be the CR of a line end, which only the LF shows.
        this.carry = new BoundedBytes(maxEventSize + 1);
    }

    @Override
    public void feed(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException {
        int end = offset + length;
        int position = offset;
        while (markLeft > 0 && position < end) {
            if (buffer[position] == BYTE_ORDER_MARK[BYTE_ORDER_MARK.length - markLeft]) {
                position++;
                markLeft--;
            } else {
                carry(BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length - markLeft);
                markLeft = 0;
            }
        }
        int lineEnd;
        while ((lineEnd = ByteSearch.indexOfLineFeed(buffer, position, end)) < end) {
            if (carry.isEmpty()) {
                putWhole(buffer, position, lineEnd - position, sink);
            } else {
                carry(buffer, position, lineEnd - position);
                putCarried(sink);
            }
            position = lineEnd + 1;
        }
        carry(buffer, position, end - position);
    }

    /**
     * The rest without a LF is a record only if it is a complete JSON object, as old gateways write the last error line
     * without a LF. Anything else was cut off, and the event history has it.
     */
    @Override
    public void end(FrameSink sink) throws InterruptedException {
        if (carry.isEmpty()) {
            return;
        }
        if (carry.kept() == carry.length() && CompleteObject.isIn(carry.array(), 0, carry.kept())) {
            putCarried(sink);
        } else {
            carry.clear();
            truncated++;
        }
    }

    @Override
    public long truncated() {
        return truncated;
    }

    private void putWhole(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException {
        boolean hasReturn = length > 0 && buffer[offset + length - 1] == CARRIAGE_RETURN;
        int content = hasReturn ? length - 1 : length;
        dispatcher.put(buffer, offset, content, content, sink);
    }

    private void putCarried(FrameSink sink) throws InterruptedException {
        long whole = lastCarried == CARRIAGE_RETURN ? carry.length() - 1 : carry.length();
        int kept = (int) Math.min(carry.kept(), whole);
        carry.clear();
        dispatcher.put(carry.array(), 0, kept, whole, sink);
    }

    private void carry(byte[] buffer, int offset, int count) {
        if (count > 0) {
            carry.append(buffer, offset, count);
            lastCarried = buffer[offset + count - 1];
        }
    }
}
