package io.github.dtstream.web;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that the server serves. Immutable.
 *
 * @param resources the resources
 * @param events the streams of server-sent events
 * @param files the files of the page: {@code index.html} at the root, the others under {@code /page/}
 */
public record Site(List<Resource> resources, List<EventStreamResource> events, StaticFiles files) {
    private static final String FILES = "/page/";
    private static final String INDEX = "index.html";

    /** The resource at a path; empty if there is none. */
    Optional<Resource> resource(String path) throws IOException {
        Optional<Resource> found =
                resources.stream().filter(one -> one.isAt(path)).findFirst();
        if (found.isPresent()) {
            return found;
        }
        String file = path.equals("/") ? INDEX : path.startsWith(FILES) ? path.substring(FILES.length()) : "";
        return files.has(file)
                ? Optional.of(new Resource(path, request -> files.answer(file, request), null))
                : Optional.empty();
    }

    Optional<EventStreamResource> events(String path) {
        return events.stream().filter(one -> one.path().equals(path)).findFirst();
    }

    /** All paths, for the message about a path without a resource. */
    String paths() {
        return Stream.concat(
                        resources.stream().map(Resource::path), events.stream().map(EventStreamResource::path))
                .collect(Collectors.joining(", "));
    }
}
