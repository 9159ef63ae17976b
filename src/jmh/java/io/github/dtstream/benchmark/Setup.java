package io.github.dtstream.benchmark;

import java.nio.file.Path;

/**
 * The settings of a contender.
 *
 * @param folder its working directory
 * @param events the folder whose files it writes
 * @param streamUrl where the events come from
 * @param apiUrl the base of {@code streamUrl}
 * @param brokerPort the broker's port, if the events go to a broker
 * @param latency whether to pass on each event at once
 */
record Setup(
        Contender.Sink sink,
        Path folder,
        Path events,
        String streamUrl,
        String apiUrl,
        int brokerPort,
        boolean latency) {
    String broker(String scheme) {
        return scheme + "://127.0.0.1:" + brokerPort;
    }

    Path file() {
        return events.resolve("out.ndjson");
    }
}
