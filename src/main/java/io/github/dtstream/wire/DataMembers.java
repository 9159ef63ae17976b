package io.github.dtstream.wire;

import java.util.Arrays;

/**
 * The positions of the members of an event's {@code data}. The event type may follow {@code data}, so only the end of
 * the event shows which member is the type's object. Not thread-safe.
 */
final class DataMembers {
    private static final int USUAL = 8;

    private String[] names = new String[USUAL];
    private int[] starts = new int[USUAL];
    private int[] ends = new int[USUAL];
    private int count;

    void clear() {
        if (names.length > USUAL) {
            names = new String[USUAL];
            starts = new int[USUAL];
            ends = new int[USUAL];
        }
        count = 0;
    }

    void add(String name, int start, int end) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        names[count] = name;
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    /** The last member with that name; -1 if there is none. */
    int find(String name) {
        int i = count - 1;
        while (i >= 0 && !names[i].equals(name)) {
            i--;
        }
        return i;
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }
}
