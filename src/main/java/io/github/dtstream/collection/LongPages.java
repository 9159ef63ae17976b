package io.github.dtstream.collection;

import java.util.Arrays;

/**
 * Numbered longs in pages of a quarter of a megabyte. The collector G1 puts objects of half a region and more, with
 * regions of at least 1 MiB, into regions of their own, and wastes the rest of the last one. Not thread-safe.
 */
public final class LongPages {
    private static final int PAGE_BITS = 15;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int IN_PAGE = PAGE - 1;

    private long[][] pages;

    /** @param length the number of longs, which are 0 at first */
    public LongPages(int length) {
        pages = new long[0][];
        grow(length);
    }

    /** Enlarges it, with 0 in the new part. If that fails for lack of memory, it is unchanged. */
    public void grow(int length) {
        int needed = (int) ((length + (long) IN_PAGE) >>> PAGE_BITS);
        long[][] more = Arrays.copyOf(pages, needed);
        for (int i = Math.max(0, pages.length - 1); i < needed; i++) {
            int size = Math.min(PAGE, length - (i << PAGE_BITS));
            if (more[i] == null) {
                more[i] = new long[size];
            } else if (more[i].length < size) {
                more[i] = Arrays.copyOf(more[i], size);
            }
        }
        pages = more;
    }

    public long get(int index) {
        return pages[index >>> PAGE_BITS][index & IN_PAGE];
    }

    public void set(int index, long value) {
        pages[index >>> PAGE_BITS][index & IN_PAGE] = value;
    }

    /** Sets all of them. */
    public void fill(long value) {
        for (long[] page : pages) {
            Arrays.fill(page, value);
        }
    }
}
