package io.github.dtstream.alarm.window;

import java.io.DataOutput;
import java.io.IOException;

/** What is summed up of an alarm's values over the last hours or days. */
public sealed interface SlidingWindow permits SampleWindow, CountWindow {
    /** What it takes of the heap, about. */
    int heapBytes();

    void write(DataOutput out) throws IOException;
}
