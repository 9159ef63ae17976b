package io.github.dtstream.simulator.stream;

import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The open streams. Thread-safe. */
public final class StreamHub {
    private final CopyOnWriteArrayList<OpenStream> streams = new CopyOnWriteArrayList<>();
    private final int limit;
    private volatile Instant silentUntil = Instant.MIN;

    /**
     * @param limit how many may be open at once; 0 for no limit
     */
    public StreamHub(int limit) {
        this.limit = limit;
    }

    /** Adds a stream; false if too many are open. */
    public synchronized boolean open(OpenStream stream) {
        if (limit > 0 && streams.size() >= limit) {
            return false;
        }
        return streams.add(stream);
    }

    public void remove(OpenStream stream) {
        streams.remove(stream);
    }

    public int size() {
        return streams.size();
    }

    public List<OpenStream> streams() {
        return List.copyOf(streams);
    }

    public void offer(SimulatedEvent event, Device device) {
        StreamItem item = new StreamItem.Event(event);
        for (OpenStream stream : streams) {
            if (stream.filter().accepts(event, device)) {
                stream.offer(item);
            }
        }
    }

    public void offerAll(StreamItem item) {
        for (OpenStream stream : streams) {
            stream.offer(item);
        }
    }

    public void silenceUntil(Instant end) {
        silentUntil = end;
    }

    boolean isSilent(Instant now) {
        return now.isBefore(silentUntil);
    }

    /** Whether some stream accepts so many more events without having more than that waiting. */
    public boolean hasRoom(int events) {
        for (OpenStream stream : streams) {
            if (stream.waiting() < events) {
                return true;
            }
        }
        return false;
    }

    public void closeAll() {
        for (OpenStream stream : streams) {
            stream.close();
        }
    }
}
