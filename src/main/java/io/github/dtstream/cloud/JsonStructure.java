package io.github.dtstream.cloud;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a JSON body that is not built as the API documents it. */
final class JsonStructure {
    private JsonStructure() {}

    static void expect(@Nullable JsonToken found, JsonToken expected, String where) throws IOException {
        if (found != expected) {
            throw new IOException(where + " has " + found + " where " + expected + " is expected");
        }
    }
}
