package io.github.dtstream.collection;

import java.util.Arrays;

/**
 * Numbered longs in pages of a quarter of a megabyte: the collector G1 lays objects of half a region and more, of which the
 * least is 1 MiB, into regions of their own, where what does not fill the last one is lost. Not thread-safe.
 */
public final class LongPages {
    private static final int PAGE_BITS = 15;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int IN_PAGE = PAGE - 1;

    private long[][] pages;

    /** @param length how many there are, each of them 0 */
    public LongPages(int length) {
        pages = new long[0][];
        grow(length);
    }

    /** Makes it longer, with 0 in what is new, and keeps what is there. When this fails for want of memory, it is as it was. */
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
