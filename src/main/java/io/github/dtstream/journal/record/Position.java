package io.github.dtstream.journal.record;

/**
 * A place between two records.
 *
 * @param sequence the number of the record that comes next
 * @param segment the first sequence number of the segment file that the next record stands in
 * @param offset where in that file it begins, in bytes
 */
public record Position(long sequence, long segment, long offset) {

    /** The place before a record of which only the number is known; where it stands is looked for when it is read. */
    public static Position before(long sequence) {
        return new Position(sequence, 0, 0);
    }
}
