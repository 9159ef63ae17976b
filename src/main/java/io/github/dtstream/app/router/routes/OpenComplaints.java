package io.github.dtstream.app.router.routes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route files that were reported as refused and not yet as mended. They are kept on disk, so that a report can be
 * withdrawn after a restart. Not thread-safe: owned by the publishing thread.
 */
final class OpenComplaints {
    private static final Logger LOG = LoggerFactory.getLogger(OpenComplaints.class);

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path path;
    private final AtomicFile file;
    private final Set<String> names = new TreeSet<>();

    /**
     * @param folder holds the JSON list of names, which is replaced in one step; there is no file if there are no names
     */
    OpenComplaints(Path folder, Storage storage) {
        this.path = folder.resolve("open-complaints.json");
        this.file = AtomicFile.of(path, storage);
    }

    /** Whether an earlier process left any; from any thread. */
    boolean areLeft() {
        return file.exists();
    }

    /**
     * Reads the names that an earlier process left. A file that cannot be read is logged, and then nothing is
     * withdrawn.
     */
    Set<String> load() {
        try {
            Optional<byte[]> left = file.read();
            if (left.isPresent()) {
                names.addAll(mapper.readValue(left.get(), new TypeReference<List<String>>() {}));
            }
        } catch (IOException e) {
            LOG.warn("the list of refused route files cannot be read in {}: {}", path, e.toString());
        }
        return Set.copyOf(names);
    }

    void add(String name) {
        if (names.add(name)) {
            save();
        }
    }

    void remove(String name) {
        if (names.remove(name)) {
            save();
        }
    }

    private void save() {
        try {
            if (names.isEmpty()) {
                file.delete();
            } else {
                file.save(mapper.writeValueAsBytes(names));
            }
        } catch (IOException e) {
            LOG.warn(
                    "the list of refused route files cannot be written to {}: {}; the report of a file that is mended while the"
                            + " router does not run is not withdrawn",
                    path,
                    e.toString());
        }
    }
}
