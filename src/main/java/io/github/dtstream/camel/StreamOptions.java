package io.github.dtstream.camel;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.event.EventTypes;
import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.session.ProjectNames;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.text.NearestName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts an endpoint's options to checked settings. Pure. */
public final class StreamOptions {
    private StreamOptions() {}

    /** @throws IllegalArgumentException if an option is out of its range; the message names it and says what is allowed */
    public static StreamSettings of(DtStreamConfiguration options) {
        List<String> projects = projects(options.getProjectId());
        check(projects.size() == 1, "projectId is '" + options.getProjectId() + "'; here it is one project");
        check(
                Identifier.isName(options.getStream()),
                "stream is '" + options.getStream() + "'; use letters, digits, hyphen and underscore, at most 64");
        range("pingInterval", options.getPingInterval(), 1_000, 300_000, "ms");
        range("pingJitter", options.getPingJitter(), 0, 300_000, "ms");
        range("maxEventSize", options.getMaxEventSize(), 1_024, 64 << 20, "bytes");
        check(
                options.getMaxRetries() >= -1,
                "maxRetries is " + options.getMaxRetries() + "; use -1 (no limit) or more");
        range("initialRetryDelay", options.getInitialRetryDelay(), 1, 3_600_000, "ms");
        range("maxRetryDelay", options.getMaxRetryDelay(), options.getInitialRetryDelay(), 3_600_000, "ms");
        range("renewalPeriod", options.getRenewalPeriod(), 0, 3_600_000, "ms");
        range("appendTimeout", options.getAppendTimeout(), 0, 3_600_000, "ms");
        checkDelivery(options);
        checkShared(options);
        return new StreamSettings(
                projects.get(0),
                format(options.getFormat()),
                filters(options),
                Duration.ofMillis(options.getPingInterval()),
                Duration.ofMillis(options.getPingJitter()),
                options.getMaxEventSize(),
                options.getMaxRetries(),
                Duration.ofMillis(options.getInitialRetryDelay()),
                Duration.ofMillis(options.getMaxRetryDelay()),
                Duration.ofMillis(options.getRenewalPeriod()),
                options.isStreaming());
    }

    private static void checkShared(DtStreamConfiguration options) {
        String why = ", because each router of the group would give the route all devices: leave out one of the two";
        check(!options.isShared() || !options.isFirstValues(), "shared=true does not go with firstValues=true" + why);
        check(
                !options.isShared() || !options.isDeviceChanges(),
                "shared=true does not go with deviceChanges=true" + why);
    }

    /** @throws IllegalArgumentException if an option is out of its range; the message names it and says what is allowed */
    public static void checkDelivery(DeliveryConfiguration options) {
        int batch = options.maxBatchSize(Journals.USUAL_BATCH);
        range("maxBatchSize", batch, 1, 100_000, "events");
        range("maxInflightExchanges", options.getMaxInflightExchanges(), 1, 1_000, "exchanges");
        check(
                options.getMaxInflightExchanges() <= batch,
                "maxInflightExchanges is " + options.getMaxInflightExchanges() + ", more than maxBatchSize, which is "
                        + batch
                        + " events: each exchange carries one at least. Lower it, or raise maxBatchSize");
        range("redeliveryDelay", options.getRedeliveryDelay(), 1, 3_600_000, "ms");
        range("maxRedeliveryDelay", options.getMaxRedeliveryDelay(), options.getRedeliveryDelay(), 3_600_000, "ms");
        range("maxDeliveryAttempts", options.getMaxDeliveryAttempts(), 1, 1_000, "attempts");
        check(
                options.getStartFrom().equals("end") || options.getStartFrom().equals("beginning"),
                "startFrom is '" + options.getStartFrom() + "'; use end or beginning");
    }

    /**
     * The project names in a comma-separated text.
     *
     * @throws IllegalArgumentException if a name is not valid; the message says what is allowed
     */
    public static List<String> projects(String names) {
        try {
            return ProjectNames.parse(names);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("projectId is '" + names + "'; " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if a name is given and not valid; the message says what is allowed */
    public static void checkSubscriber(DeliveryConfiguration options) {
        if (options.getSubscriber() != null) {
            subscriber(options.getSubscriber());
        }
    }

    private static StreamFormat format(String format) {
        return Arrays.stream(StreamFormat.values())
                .filter(value -> value.mediaType().equals(format))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "format is '" + format + "'; use application/json or text/event-stream"));
    }

    private static StreamFilters filters(DtStreamConfiguration options) {
        List<String> eventTypes = list(options.getEventTypes());
        if (!options.isAllowUnknownEventTypes()) {
            eventTypes.forEach(StreamOptions::checkEventType);
        }
        return new StreamFilters(
                eventTypes,
                list(options.getDeviceIds()),
                list(options.getDeviceTypes()),
                list(options.getProductNumbers()),
                list(options.getLabelFilters()));
    }

    /** @throws IllegalArgumentException if the name cannot be that of a subscriber */
    static String subscriber(@Nullable String name) {
        if (name == null || !Identifier.isName(name)) {
            throw new IllegalArgumentException(
                    "subscriber is '" + name
                            + "'; use letters, digits, hyphen and underscore, at most 64, and a name of its own for each route");
        }
        return name;
    }

    private static void checkEventType(String type) {
        if (!EventTypes.isKnown(type)) {
            String hint = NearestName.question(type, EventTypes.known())
                    .orElse("known are " + String.join(", ", EventTypes.known()) + ".");
            throw new IllegalArgumentException("eventTypes names '" + type + "', which is no event type known here; "
                    + hint + " The cloud would ignore it silently; allowUnknownEventTypes=true sends it all the same");
        }
    }

    private static List<String> list(@Nullable String commaSeparated) {
        if (commaSeparated == null) {
            return List.of();
        }
        return Arrays.stream(commaSeparated.split(","))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static void range(String option, long value, long min, long max, String unit) {
        check(
                value >= min && value <= max,
                option + " is " + value + " " + unit + "; it must be between " + min + " and " + max + " " + unit);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }
}
