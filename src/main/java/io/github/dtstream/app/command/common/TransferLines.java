package io.github.dtstream.app.command.common;

import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.export.TransferProgress;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Prints how far an export or import is: a line every five seconds, and one for each journal. Used by one thread. */
public final class TransferLines implements TransferProgress {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final Ticker ticker;
    private Deadline next;

    public TransferLines(PrintWriter err, Ticker ticker) {
        this.err = err;
        this.ticker = ticker;
        next = Deadline.after(EVERY, ticker);
    }

    @Override
    public void at(StoredJournals.Name name, long done, long of) {
        if (next.isOver()) {
            next = Deadline.after(EVERY, ticker);
            say(String.format(Locale.ROOT, "%3d %%  %s: %,d of %,d records", done * 100 / of, name, done, of));
        }
    }

    @Override
    public void ended(StoredJournals.Name name, long records, long unreadable) {
        say(String.format(Locale.ROOT, "%s: %,d records", name, records)
                + (unreadable == 0
                        ? ""
                        : "; " + unreadable + " that cannot be read are left out, and are in rejected/"));
    }

    @Override
    public void wasComplete(StoredJournals.Name name) {
        say(name + " was imported before");
    }

    @Override
    public void goesOn(StoredJournals.Name name, long next) {
        say(name + ": going on at record " + next);
    }

    /** Prints a line. */
    public void say(String line) {
        err.println(line);
        err.flush();
    }
}
