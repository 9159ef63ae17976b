package io.github.dtstream.simulator.stream;

/** Which of several label filters must match; the vendor's documents differ. */
public enum LabelMatch {
    /** At least one filter must match. */
    ANY,
    /** Every filter must match. */
    ALL
}
