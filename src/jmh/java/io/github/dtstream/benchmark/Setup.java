package io.github.dtstream.benchmark;

import java.nio.file.Path;

/**
 * What a contender is told.
 *
 * @param folder its working directory
 * @param events the folder whose files it writes
 * @param streamUrl where the events come from
 * @param apiUrl the base of that
 * @param brokerPort where they go, if they go to a broker
 * @param latency whether each event is to be let go of at once
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
