package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.api.HistoryPage;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Appends the history of one device to the journal, oldest event first. Holds at most one page in memory. Used by one
 * thread at a time.
 */
final class DeviceReader {
    private final History history;
    private final EventLog log;
    private final EnvelopeDecoder decoder;
    private final Path spool;
    private final Storage storage;
    private final Clock clock;

    /** @param spool the file of this reader for pages that wait for older ones */
    DeviceReader(History history, EventLog log, EnvelopeDecoder decoder, Path spool, Storage storage, Clock clock) {
        this.history = history;
        this.log = log;
        this.decoder = decoder;
        this.spool = spool;
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * Reads all pages, then appends the new events. A failure happens before any event is appended, or leaves the
     * oldest part appended; the next call appends the rest.
     */
    DeviceOutcome read(String deviceId, Window window, List<String> eventTypes, KnownEvents known)
            throws CloudException, IOException, InterruptedException {
        try (PageStack pages = new PageStack(spool, storage)) {
            if (!window.from().isBefore(window.to())) {
                return DeviceOutcome.read(deviceId, 0, 0, 0);
            }
            history.forEachPage(deviceId, window.from(), window.to(), eventTypes, page -> {
                if (page.size() > 0) {
                    pages.push(page.body());
                }
            });
            Tally tally = new Tally(deviceId, known);
            byte[] first = pages.pop();
            if (first != null) {
                known.catchUp();
            }
            for (byte[] page = first; page != null; page = pages.pop()) {
                tally.append(HistoryPage.parse(page));
            }
            return DeviceOutcome.read(deviceId, tally.found, tally.added, tally.invalid);
        }
    }

    /** Appends the pages of one device and counts the events. */
    private final class Tally {
        private final String deviceId;
        private final KnownEvents known;
        private long found;
        private long added;
        private long invalid;

        Tally(String deviceId, KnownEvents known) {
            this.deviceId = deviceId;
            this.known = known;
        }

        void append(HistoryPage page) throws InterruptedException {
            for (Event event : oldestFirst(page)) {
                found++;
                // Known events are skipped here, as the journal remembers only its newest identifiers.
                if (!known.contains(event)) {
                    if (log.append(event, clock.instant())) {
                        added++;
                    }
                    known.add(event);
                }
            }
        }

        private List<Event> oldestFirst(HistoryPage page) {
            List<Event> events = new ArrayList<>(page.size());
            for (int i = page.size() - 1; i >= 0; i--) {
                try {
                    events.add(decoder.decodeEvent(page.body(), page.offset(i), page.length(i)));
                } catch (InvalidRecordException e) {
                    invalid++;
                    int start = page.offset(i);
                    byte[] record = Arrays.copyOfRange(page.body(), start, start + page.length(i));
                    log.reject(deviceId, String.valueOf(e.getMessage()), record);
                }
            }
            // The cloud sends the newest event first. Sorting costs nothing then, and is right if that changes.
            events.sort(Comparator.comparing(DeviceReader::stamp));
            return events;
        }
    }

    private static Instant stamp(Event event) {
        Instant stamped = EventTime.of(event);
        return stamped == null ? Instant.MIN : stamped;
    }
}
