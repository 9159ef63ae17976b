package io.github.dtstream.push;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Appends pushed messages to a journal. A thread of its own takes the waiting messages, appends their events, waits
 * once until all of them are on disk, and completes their futures. So messages that arrive together share a sync, with
 * each other and with the stream. Thread-safe.
 *
 * <p>A message is appended as a whole or refused as a whole. Only a crash, or the end of the process, can leave a part
 * of a message in the journal. Its future is not completed then, and if the sender sends it again, the rest is
 * appended.
 */
public final class PushIntake implements AutoCloseable {
    /** The limit for a message, in bytes. */
    public static final int LARGEST_MESSAGE = 4 << 20;

    /** The limit for the messages that share a wait, in bytes, so that the first of many need not wait for the last. */
    private static final int ROUND_BYTES = 1 << 20;
    /** The memory per byte of a message until its event is appended: the byte itself, and what is decoded from it. */
    private static final long HEAP_PER_BYTE = 4;
    /** The memory per message, in bytes, however short it is. */
    private static final long HEAP_PER_MESSAGE = 1 << 10;

    private static final long FLOOR = 256 << 10;
    /** How much the journal takes in one call without acquiring more memory than it has reserved, in bytes. */
    private static final long SLICE_BYTES = 192 << 10;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Journal journal;
    private final Clock clock;
    private final Timers timers;
    private final MemoryShare memory;
    private final Consumer<List<PushedEvent>> observer;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    // Owned by the thread.
    private final MessageReader reader;
    private List<Waiting> round = List.of();

    /** A message whose sender waits. */
    private static final class Waiting {
        private final List<byte[]> parts;
        private final int bytes;
        private final CompletableFuture<PushReceipt> told = new CompletableFuture<>();
        // Owned by the intake's thread.
        private List<PushedEvent> events = List.of();
        private int count;
        private int known;

        Waiting(List<byte[]> parts, int bytes) {
            this.parts = parts;
            this.bytes = bytes;
        }
    }

    /** An event that is being appended, and its message. */
    private record Outgoing(Event event, Waiting message) {}

    /**
     * @param projectId the project whose events are accepted
     * @param maxEventSize the longest event that is accepted, in bytes
     * @param observer gets the events that are about to be appended, on the intake's thread
     */
    public PushIntake(
            String projectId,
            int maxEventSize,
            Journal journal,
            Clock clock,
            Timers timers,
            Supervisor supervisor,
            MemoryBudget memory,
            Consumer<List<PushedEvent>> observer) {
        this.reader = new MessageReader(projectId, maxEventSize);
        this.journal = journal;
        this.clock = clock;
        this.timers = timers;
        this.memory = memory.share(Holder.PUSHED, FLOOR);
        this.observer = observer;
        this.thread = supervisor.thread(
                "dt-push-" + projectId, "nothing that is pushed is appended", AfterFailure.RESTART, this::work);
        thread.start();
    }

    /**
     * Appends a message.
     *
     * @param parts texts of JSON in UTF-8, with one event or several each; they must not be changed any more
     * @param patience after this time the future fails with a {@link PushDelayedException}; zero for never. The call
     *     itself waits for memory only if patience is zero
     * @return completed when all events are on disk, or failed with a {@link MessageRefusedException} or
     *     {@link PushDelayedException}. Other senders wait for the thread that completes it, so long work must continue
     *     on another thread
     */
    public CompletableFuture<PushReceipt> push(List<byte[]> parts, Duration patience) throws InterruptedException {
        long bytes = parts.stream().mapToLong(part -> part.length).sum();
        if (bytes > LARGEST_MESSAGE) {
            return CompletableFuture.failedFuture(
                    new MessageRefusedException("the message is refused as a whole: it has " + bytes
                            + " bytes, and one may have " + LARGEST_MESSAGE + "; split it before"));
        }
        Waiting waiting = new Waiting(List.copyOf(parts), (int) bytes);
        if (patience.isZero()) {
            memory.acquire(heapBytes(waiting));
        } else if (!memory.tryAcquire(heapBytes(waiting))) {
            return CompletableFuture.failedFuture(
                    new PushDelayedException("too much waits to be appended; try again in a moment"));
        } else {
            limit(waiting, patience);
        }
        queue.add(waiting);
        if (closed) {
            failAll(List.of(waiting), stopping());
        }
        return waiting.told;
    }

    private void limit(Waiting waiting, Duration patience) {
        Timers.Timer timer = timers.after(
                patience,
                () -> waiting.told.completeExceptionally(new PushDelayedException(
                        "it was not on disk within " + ReadableDuration.of(patience) + "; try again later")));
        waiting.told.whenComplete((receipt, failure) -> timer.cancel());
    }

    private static long heapBytes(Waiting waiting) {
        return HEAP_PER_MESSAGE + waiting.bytes * HEAP_PER_BYTE;
    }

    private static PushDelayedException stopping() {
        return new PushDelayedException("the router is stopping; try again later");
    }

    private void work() {
        try {
            // The messages that an earlier failure left.
            failAll(round, new PushDelayedException("it failed unexpectedly; try again later"));
            while (!closed) {
                round = gather();
                finish(appendGood());
                round = List.of();
            }
        } catch (InterruptedException e) {
            // Only close interrupts the thread.
            Thread.currentThread().interrupt();
        } finally {
            if (closed) {
                failAll(round, stopping());
                failAll(queue, stopping());
            }
        }
    }

    private List<Waiting> gather() throws InterruptedException {
        List<Waiting> gathered = new ArrayList<>();
        int bytes = 0;
        Waiting next = queue.take();
        while (next != null) {
            gathered.add(next);
            bytes += next.bytes;
            next = bytes < ROUND_BYTES ? queue.poll() : null;
        }
        return gathered;
    }

    private List<Waiting> appendGood() throws InterruptedException {
        try {
            List<Waiting> good = round.stream().filter(this::read).toList();
            append(good);
            return good;
        } finally {
            round.forEach(waiting -> memory.release(heapBytes(waiting)));
        }
    }

    /**
     * Reads a message; false if it is refused, or if its sender has given up and will send it again. A failure concerns
     * this message only.
     */
    private boolean read(Waiting waiting) {
        try {
            if (!waiting.told.isDone()) {
                waiting.events = reader.read(waiting.parts);
                return true;
            }
        } catch (MessageRefusedException | RuntimeException e) {
            waiting.told.completeExceptionally(e);
        }
        return false;
    }

    private void append(List<Waiting> messages) throws InterruptedException {
        List<Outgoing> slice = new ArrayList<>();
        long bytes = 0;
        for (Waiting message : messages) {
            observer.accept(message.events);
            for (PushedEvent pushed : message.events) {
                bytes += pushed.event().heapBytes();
                slice.add(new Outgoing(pushed.event(), message));
                if (bytes >= SLICE_BYTES) {
                    appendSlice(slice, messages);
                    slice.clear();
                    bytes = 0;
                }
            }
            message.events = List.of();
        }
        appendSlice(slice, messages);
    }

    private void appendSlice(List<Outgoing> slice, List<Waiting> messages) throws InterruptedException {
        List<Event> events = slice.stream().map(Outgoing::event).toList();
        slice.forEach(each -> each.message().count++);
        try {
            journal.append(
                    events,
                    Source.PUSH,
                    clock.instant(),
                    index -> slice.get(index).message().known++);
        } catch (IllegalStateException e) {
            failAll(messages, stopping());
        }
    }

    /**
     * Waits for the disk, also for known events, which may have arrived only a moment ago, and completes the futures.
     */
    private void finish(List<Waiting> appended) throws InterruptedException {
        if (appended.isEmpty()) {
            return;
        }
        try {
            journal.flush();
        } catch (IllegalStateException e) {
            failAll(appended, stopping());
        }
        appended.forEach(one -> one.told.complete(new PushReceipt(one.count - one.known, one.known)));
    }

    private static void failAll(Iterable<Waiting> all, PushDelayedException failure) {
        all.forEach(waiting -> waiting.told.completeExceptionally(failure));
    }

    /**
     * Ends the thread. All futures have been completed when this returns; the waiting ones fail, as the router is
     * stopping.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        memory.close();
        ThreadEnd.await(thread, STOP_PATIENCE);
        failAll(queue, stopping());
    }
}
