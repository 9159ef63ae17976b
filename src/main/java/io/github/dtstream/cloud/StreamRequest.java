package io.github.dtstream.cloud;

import io.github.dtstream.cloud.http.QueryString;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A request for a project's event stream.
 *
 * @param projectId the project of the events
 * @param mediaType the value of {@code Accept}
 * @param query parameters in their order; a list value is sent as a repeated key
 * @param silenceLimit how long a read may wait for the next byte, before and during the answer
 */
public record StreamRequest(
        String projectId, String mediaType, Map<String, List<String>> query, Duration silenceLimit) {

    /** The path below the API's base; the colon is literal, as the API documents it. */
    String path() {
        return "projects/" + QueryString.encode(projectId) + "/devices:stream";
    }
}
