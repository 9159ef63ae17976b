package io.github.dtstream.mqtt.message;

/**
 * Tells whoever published a batch that it has ended. Run once.
 *
 * @param owner the producer; completions of the same one are run in order
 * @param task may take as long as the rest of a route
 */
public record Completion(Object owner, Runnable task) implements Runnable {
    @Override
    public void run() {
        task.run();
    }
}
