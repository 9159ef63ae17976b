package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes the errors for JSON that does not have the form that the API documents. */
final class JsonStructure {
    private JsonStructure() {}

    static void expect(@Nullable JsonToken found, JsonToken expected, String where) throws IOException {
        if (found != expected) {
            throw new IOException(where + " has " + found + " where " + expected + " is expected");
        }
    }

    /** Treats JSON without the field as the answer of another server, not as an empty list. */
    static void requireField(boolean found, String field) throws IOException {
        if (!found) {
            throw new IOException("it is JSON without " + field
                    + ", which the cloud always sends; does a proxy or a gateway answer in its place?");
        }
    }

    /**
     * The fault of an unreadable body.
     *
     * @param what the subject of the request
     */
    static CloudException unreadable(String what, IOException failure) {
        String why = failure instanceof JsonProcessingException json
                ? "it is not complete JSON from byte " + json.getLocation().getByteOffset()
                        + " on; was it cut or changed on its way?"
                : String.valueOf(failure.getMessage());
        return new CloudException(Fault.of(FaultKind.WEATHER, what + " cannot be read: " + why), failure);
    }
}
