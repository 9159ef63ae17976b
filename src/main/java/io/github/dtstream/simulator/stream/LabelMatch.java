package io.github.dtstream.simulator.stream;

/** How several label filters go together; the vendor's documents do not agree. */
public enum LabelMatch {
    /** One of them is enough. */
    ANY,
    /** Every one must match. */
    ALL
}
