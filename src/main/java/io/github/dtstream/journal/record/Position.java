package io.github.dtstream.journal.record;

/**
 * A position between two records.
 *
 * @param sequence the number of the next record
 * @param segment the first sequence number of the segment file that has the next record
 * @param offset the offset of the next record in that file, in bytes
 */
public record Position(long sequence, long segment, long offset) {

    /** The position before a record of which only the number is known; its file is looked up when it is read. */
    public static Position before(long sequence) {
        return new Position(sequence, 0, 0);
    }
}
