package io.github.dtstream.simulator.http;

import java.io.IOException;

/** Answers a kind of request. Thread-safe. */
@FunctionalInterface
public interface Endpoint {
    void handle(Request request) throws IOException, HttpError, InterruptedException;
}
