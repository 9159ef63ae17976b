package io.github.dtstream.stream;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.device.DeviceDirectory;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.OpenRefusals;
import io.github.dtstream.reject.RejectFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a stream's records needs besides the records, whether or not the stream is open in this router.
 * Thread-safe.
 */
public final class StreamRecords {
    private final String stream;
    private final DeviceDirectory devices;
    private final RejectFile rejects;

    /** @param stream the stream's name, with its prefix */
    StreamRecords(String stream, DeviceDirectory devices, RejectFile rejects) {
        this.stream = stream;
        this.devices = devices;
        this.rejects = rejects;
    }

    /** Updates what is known of devices by an event that was read. */
    public void read(Event event) {
        devices.read(event);
    }

    /** The device of an event as far as it is known; null for a ping, or for an unknown device. */
    public @Nullable Device device(Event event) {
        String deviceId = event.deviceId();
        return deviceId == null ? null : devices.get(deviceId).orElse(null);
    }

    /**
     * Writes events that a subscriber cannot deliver to the reject file.
     *
     * @param reasons by event, in order
     * @throws IOException if they are not in the file; the caller keeps them
     */
    public void reject(String subscriber, Map<JournalRecord, String> reasons) throws IOException {
        List<RejectFile.Refusal> refusals = new ArrayList<>();
        reasons.forEach((record, reason) -> refusals.add(
                new RejectFile.Refusal(reason, details(record), record.event().json())));
        rejects.rejectEvents(subscriber, refusals);
    }

    private Map<String, String> details(JournalRecord record) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("stream", stream);
        details.put("eventId", record.event().eventId());
        details.put("sequence", Long.toString(record.sequence()));
        details.put("received", record.received().toString());
        details.put("source", record.source().label());
        return details;
    }

    /** The events that the subscriber's sink refused, now or before a restart, and that were not sent again. */
    public OpenRefusals openRefusals(String subscriber) throws IOException {
        return rejects.open(stream, subscriber);
    }
}
