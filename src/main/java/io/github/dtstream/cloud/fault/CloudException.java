package io.github.dtstream.cloud.fault;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if an exchange with the cloud failed; {@link #fault()} classifies the failure. The message never contains a
 * credential.
 */
public final class CloudException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    public CloudException(Fault fault) {
        this(fault, null);
    }

    public CloudException(Fault fault, @Nullable Throwable cause) {
        super(fault.summary(), cause);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
