package io.github.dtstream.faultproxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries bytes in one direction: one thread reads and notes the time, and another writes after the delay. So a delay
 * does not reduce the throughput.
 */
final class Carrier {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int MAX_BYTES = 8 << 20;
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /**
     * Bytes that are being carried.
     *
     * @param bytes empty at the end of the direction
     * @param readNanos when they were read, by {@link System#nanoTime()}
     */
    private record Chunk(byte[] bytes, long readNanos) {}

    private final ProxiedConnection connection;
    private final InputStream in;
    private final OutputStream out;
    private final boolean downstream;
    private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();

    /** Counts bytes, not chunks: many small chunks may come within a delay, and must not wait for each other. */
    private final Semaphore room = new Semaphore(MAX_BYTES);

    /**
     * @param downstream whether this is the direction towards the client
     */
    Carrier(ProxiedConnection connection, InputStream in, OutputStream out, boolean downstream) {
        this.connection = connection;
        this.in = in;
        this.out = out;
        this.downstream = downstream;
    }

    /** Reads until the end; runs on a thread of its own. */
    void read() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!connection.isCut()) {
                    if (!downstream) {
                        connection.count(false, n);
                    }
                    room.acquire(n);
                    chunks.put(new Chunk(Arrays.copyOf(buffer, n), System.nanoTime()));
                }
            }
            if (connection.isCut()) {
                connection.drained();
                return;
            }
            chunks.put(new Chunk(new byte[0], System.nanoTime()));
        } catch (IOException e) {
            connection.broken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes until the end; runs on a thread of its own. */
    void write() {
        try {
            while (true) {
                Chunk chunk = chunks.take();
                hold(chunk);
                if (connection.isCut()) {
                    return;
                }
                if (chunk.bytes().length == 0) {
                    connection.ended(downstream);
                    return;
                }
                if (!write(downstream ? connection.rewritten(chunk.bytes()) : chunk.bytes())) {
                    return;
                }
                room.release(chunk.bytes().length);
            }
        } catch (IOException e) {
            connection.broken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold(Chunk chunk) throws InterruptedException {
        while (!connection.isCut()) {
            Conditions now = connection.conditions();
            long wait = now.oneWayDelay().toNanos() - (System.nanoTime() - chunk.readNanos());
            if (!now.blackHole() && wait <= 0) {
                return;
            }
            pause(now.blackHole() ? HOLD_NANOS : Math.min(wait, HOLD_NANOS));
        }
    }

    /** Writes under the present conditions; false if the connection was cut meanwhile. */
    private boolean write(byte[] bytes) throws IOException, InterruptedException {
        for (int offset = 0; offset < bytes.length; ) {
            while (connection.conditions().blackHole() && !connection.isCut()) {
                pause(HOLD_NANOS);
            }
            if (connection.isCut()) {
                return false;
            }
            Conditions now = connection.conditions();
            int length = Math.min(bytes.length - offset, pieceBytes(now));
            int allowed = connection.take(downstream, length);
            out.write(bytes, offset, allowed);
            if (downstream) {
                connection.count(true, allowed);
            }
            if (allowed < length) {
                connection.limitReached();
                return false;
            }
            offset += length;
            rest(now, length);
        }
        return true;
    }

    private static int pieceBytes(Conditions now) {
        int slice = now.sliceBytes() > 0 ? now.sliceBytes() : CHUNK_BYTES;
        // Bytes of a fiftieth of a second at once: smooth, and without a sleep for each byte.
        long share = now.bytesPerSecond() > 0 ? Math.max(1, now.bytesPerSecond() / 50) : CHUNK_BYTES;
        return (int) Math.min(slice, share);
    }

    private static void rest(Conditions now, int bytes) throws InterruptedException {
        if (now.bytesPerSecond() > 0) {
            pause(TimeUnit.SECONDS.toNanos(bytes) / now.bytesPerSecond());
        }
        Duration slicePause = now.slicePause();
        if (now.sliceBytes() > 0 && !slicePause.isZero()) {
            pause(slicePause.toNanos());
        }
    }

    private static void pause(long nanos) throws InterruptedException {
        LockSupport.parkNanos(nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
