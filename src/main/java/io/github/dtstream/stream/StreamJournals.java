package io.github.dtstream.stream;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of streams, by the streams' names, {@code PROJECT/STREAM}. They draw on the same memory and put torn records
 * into the same reject file. Thread-safe.
 */
public final class StreamJournals {
    private static final Logger LOG = LoggerFactory.getLogger(StreamJournals.class);

    private final Journals journals;
    private final JournalSettings settings;
    private final Journals.Surroundings surroundings;
    private final String prefix;
    /** The streams whose journals were read ahead. */
    private final Set<String> readAhead = ConcurrentHashMap.newKeySet();

    /**
     * @param settings of the journals of events
     * @param prefix a prefix of the streams' names that differs for each component
     */
    StreamJournals(Journals journals, JournalSettings settings, Journals.Surroundings surroundings, String prefix) {
        this.journals = journals;
        this.settings = settings;
        this.surroundings = surroundings;
        this.prefix = prefix;
    }

    /** Opens the journal of a stream's events. */
    Journals.Opened open(String name) throws IOException {
        return open(Journals.Kind.EVENTS, name, settings);
    }

    /** Opens a journal of a stream. */
    public Journals.Opened open(Journals.Kind kind, String name, JournalSettings wanted) throws IOException {
        return journals.open(kind, prefix + name, wanted, surroundings);
    }

    /** Begins to read a stream's events together with other routers, whether or not the stream is open here. */
    public SharedSubscription share(String name, Sharing sharing, PartitionListener listener) throws IOException {
        return journals.share(prefix + name, sharing, settings, surroundings, listener);
    }

    /** Whether a stream is known to have a journal of that kind. */
    public boolean isThere(Journals.Kind kind, String name) {
        return journals.isThere(kind, prefix + name);
    }

    /**
     * Reads the events of a stream ahead that another router holds, so that it opens faster here. Call it again from time to
     * time. It may take seconds.
     *
     * @return whether that succeeded
     */
    public boolean readAhead(String name) {
        return readAhead(Journals.Kind.EVENTS, name, settings);
    }

    /** The same for a journal of that kind. */
    public boolean readAhead(Journals.Kind kind, String name, JournalSettings wanted) {
        readAhead.add(name);
        try {
            journals.readAhead(kind, prefix + name, wanted, surroundings);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.debug("The journal of the stream {} could not be read ahead: {}", name, e.toString());
            return false;
        }
    }

    /** Drops what was read ahead of a stream. */
    public void readNoLongerAhead(String name) {
        journals.readNoLongerAhead(prefix + name);
        readAhead.remove(name);
    }

    /** Drops all that was read ahead. */
    void readNothingAhead() {
        readAhead.forEach(name -> journals.readNoLongerAhead(prefix + name));
    }
}
