package io.github.dtstream.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Checks the router's port: that it is free, or that the router itself uses it. */
public final class PortCheck {
    private final Consumer<Diagnosis> found;

    /** @param found gets the result */
    public PortCheck(Consumer<Diagnosis> found) {
        this.found = found;
    }

    /**
     * @param port 0 for any free one
     * @param running the present port of this data folder's router; empty if none runs
     * @param name the name of the port's setting, for messages
     */
    public void run(String host, int port, OptionalInt running, String name) {
        if (running.isPresent()) {
            found.accept(Diagnosis.ok(
                    "port", "a router runs on this data folder and answers on port " + running.getAsInt()));
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            found.accept(Diagnosis.ok("port", port == 0 ? "any free one is taken" : host + ":" + port + " is free"));
        } catch (UnknownHostException e) {
            found.accept(Diagnosis.error("port", "this machine has no address '" + host + "'; correct it"));
        } catch (IOException e) {
            found.accept(Diagnosis.error(
                    "port",
                    host + ":" + port + " cannot be used (" + e.getMessage() + "): end what has it, or set " + name
                            + " to another one"));
        }
    }
}
