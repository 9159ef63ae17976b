package io.github.dtstream.journal;

import io.github.dtstream.storage.DurableState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of a state that is kept with a journal. Stateless. */
public final class StoredState {
    private StoredState() {}

    /**
     * The newest valid content; null if nothing was saved yet.
     *
     * @param reader recognises a content that is not valid
     * @throws IOException if there is content, and none of it is valid: without it a router would not know what is missing
     */
    public static byte @Nullable [] read(StoredJournals.Name name, DurableState state, DurableState.Reader<?> reader)
            throws IOException {
        DurableState.Content<byte[]> content = state.load(bytes -> {
            reader.read(bytes);
            return bytes;
        });
        if (content.damaged() && content.value().isEmpty()) {
            throw new IOException(state + ", which belongs to " + name
                    + ", is damaged: start the router once, which replaces it, and export again");
        }
        return content.value().orElse(null);
    }
}
