package io.github.dtstream.app.router;

import java.io.IOException;

/** A server that is used by JDBC. */
abstract class DatabaseServer extends SystemServer {
    DatabaseServer(String name) throws IOException {
        super(name);
    }

    abstract String url(int atPort, String database);

    abstract String user();

    abstract String password();

    /** Starts it, for the first time or after a crash, and waits until it answers. */
    abstract void begin() throws Exception;
}
