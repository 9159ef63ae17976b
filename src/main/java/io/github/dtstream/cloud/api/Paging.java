package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import java.util.Optional;

/** Follows page tokens. */
final class Paging {
    private Paging() {}

    /** The next page's token. Refuses the token that was just used, as following it would never end. */
    static Optional<String> next(String what, Optional<String> used, Optional<String> next) throws CloudException {
        if (next.isPresent() && next.equals(used)) {
            throw new CloudException(Fault.of(FaultKind.TRANSIENT, what + " names the page just read as its next one"));
        }
        return next;
    }
}
