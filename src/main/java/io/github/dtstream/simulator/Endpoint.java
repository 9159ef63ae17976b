package io.github.dtstream.simulator;

import java.io.IOException;

/** Answers a kind of request. Thread-safe. */
@FunctionalInterface
interface Endpoint {
    void handle(Request request) throws IOException, HttpError, InterruptedException;
}
