package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import java.util.List;
import java.util.stream.Collectors;

/** Thrown if the routes cannot be run as the files are; the message has every finding, one per line. */
public final class InvalidRoutesException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    InvalidRoutesException(List<Finding> findings) {
        super(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    public List<Finding> findings() {
        return findings;
    }
}
