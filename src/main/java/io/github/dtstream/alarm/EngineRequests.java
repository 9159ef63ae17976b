package io.github.dtstream.alarm;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What other threads want from the engine; the engine's thread does it. Thread-safe. */
final class EngineRequests {
    private final Queue<Request<?>> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    /** What is to be done. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    private record Request<T>(Work<T> work, CompletableFuture<T> answer) {
        void run() throws InterruptedException {
            try {
                answer.complete(work.run());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    /** Adds a request. The future fails with the exception of the work, or if the service stops. */
    <T> CompletableFuture<T> add(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        waiting.add(new Request<>(work, answer));
        if (stopping) {
            answer.completeExceptionally(stopped());
        }
        return answer;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Does all that waits. */
    void run() throws InterruptedException {
        for (Request<?> request = waiting.poll(); request != null; request = waiting.poll()) {
            request.run();
        }
    }

    /** From now on requests fail. */
    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Lets all requests fail that still wait; nobody runs them any more. */
    void refuse() {
        for (Request<?> request = waiting.poll(); request != null; request = waiting.poll()) {
            request.answer().completeExceptionally(stopped());
        }
    }

    private static IllegalStateException stopped() {
        return new IllegalStateException("the router is stopping");
    }
}
