package io.github.dtstream.alarm.window;

import java.io.DataOutput;
import java.io.IOException;

/** Accumulated data of an alarm's values over the last hours or days. */
public sealed interface SlidingWindow permits SampleWindow, CountWindow {
    /** Its approximate memory. */
    int heapBytes();

    void write(DataOutput out) throws IOException;
}
