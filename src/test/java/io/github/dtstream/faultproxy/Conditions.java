package io.github.dtstream.faultproxy;

import java.time.Duration;

/**
 * The conditions under which the proxy carries bytes.
 *
 * @param blackHole whether it carries nothing in either direction, not even a connection's end
 * @param sliceBytes the largest number of bytes per write; 0 for no limit
 * @param slicePause the pause between such writes
 * @param oneWayDelay the delay of each byte; later bytes do not wait for earlier ones
 * @param bytesPerSecond the largest rate in each direction of a connection; 0 for no limit
 */
record Conditions(boolean blackHole, int sliceBytes, Duration slicePause, Duration oneWayDelay, long bytesPerSecond) {
    static final Conditions CLEAR = new Conditions(false, 0, Duration.ZERO, Duration.ZERO, 0);

    Conditions withBlackHole(boolean on) {
        return new Conditions(on, sliceBytes, slicePause, oneWayDelay, bytesPerSecond);
    }

    Conditions withSlices(int bytes, Duration pause) {
        return new Conditions(blackHole, bytes, pause, oneWayDelay, bytesPerSecond);
    }

    Conditions withOneWayDelay(Duration delay) {
        return new Conditions(blackHole, sliceBytes, slicePause, delay, bytesPerSecond);
    }

    Conditions withBytesPerSecond(long rate) {
        return new Conditions(blackHole, sliceBytes, slicePause, oneWayDelay, rate);
    }
}
