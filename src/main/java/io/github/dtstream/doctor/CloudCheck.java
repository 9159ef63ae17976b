package io.github.dtstream.doctor;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.StreamCall;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.CloudOption;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.stream.CloudOptions;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Checks the cloud as the router uses it: credentials, role, projects, filters, history, the stream itself, and its
 * clock.
 */
public final class CloudCheck {
    private static final Duration CLOCK_WRONG = Duration.ofMinutes(1);
    private static final Duration CLOCK_IMPRECISE = Duration.ofSeconds(2);
    private static final Duration LOOKED_AT = Duration.ofHours(1);

    private final CloudOptions options;
    private final CloudClock clock;
    private final Consumer<Diagnosis> found;

    /** @param found gets each result at once */
    public CloudCheck(CloudOptions options, CloudClock clock, Consumer<Diagnosis> found) {
        this.options = options;
        this.clock = clock;
        this.found = found;
    }

    /**
     * A route or rule for certain devices.
     *
     * @param name its name, for messages
     * @param devices its devices
     */
    public record Selection(String name, Predicate<Device> devices) {}

    /**
     * What the router needs of a project.
     *
     * @param streams by the name of the reader, for messages
     * @param rules the rules that select devices
     */
    public record Wanted(Map<String, StreamSettings> streams, List<Selection> rules) {
        public Wanted {
            streams = new LinkedHashMap<>(streams);
            rules = List.copyOf(rules);
        }
    }

    /**
     * Runs all checks; a check that depends on a failed one is left out.
     *
     * @param projects the projects by their identifiers
     * @throws InterruptedException if the thread is interrupted while it waits for an answer
     */
    public void run(Map<String, Wanted> projects, Supervisor supervisor) throws InterruptedException {
        try (CloudClient client = options.client(clock, supervisor)) {
            if (!new NetworkCheck(options, client.faults(), clock.instant(), found).run() || !authenticate(client)) {
                return;
            }
            for (Map.Entry<String, Wanted> project : projects.entrySet()) {
                look(client, project.getKey(), project.getValue());
            }
            lookAtClock();
        } catch (IllegalArgumentException e) {
            found.accept(Diagnosis.error("credentials", String.valueOf(e.getMessage())));
        }
    }

    private boolean authenticate(CloudClient client) throws InterruptedException {
        if (options.authentication().equals("basic")) {
            found.accept(Diagnosis.ok(
                    "credentials",
                    "the key " + options.keyId() + " is sent with each request, as "
                            + options.names().of(CloudOption.AUTH) + " says"));
            return true;
        }
        try {
            client.authenticate();
            found.accept(Diagnosis.ok("credentials", "an access token is given for key " + options.keyId()));
            return true;
        } catch (CloudException e) {
            found.accept(Diagnosis.error("credentials", e.fault().summary()));
            return false;
        }
    }

    private void look(CloudClient client, String projectId, Wanted wanted) throws InterruptedException {
        String subject = "project " + projectId;
        List<Device> devices = new ArrayList<>();
        try {
            new Devices(client, projectId).forEach(DeviceFilters.NONE, devices::add);
        } catch (CloudException e) {
            found.accept(Diagnosis.error(subject, e.fault().summary()));
            return;
        }
        if (devices.isEmpty()) {
            found.accept(Diagnosis.warning(
                    subject,
                    "it has no device, so that nothing will come: move devices into it, or correct "
                            + "the project's identifier"));
        } else {
            found.accept(Diagnosis.ok(
                    subject, "the service account may read it; it has " + count(devices.size(), "device")));
            lookAtHistory(client, projectId, devices.get(0));
        }
        wanted.streams().forEach((name, settings) -> lookAtFilters(name, settings, devices));
        for (Selection rule : wanted.rules()) {
            if (devices.stream().noneMatch(rule.devices())) {
                found.accept(Diagnosis.warning(
                        rule.name(),
                        "none of the " + count(devices.size(), "device") + " matches what it says under devices"));
            }
        }
        for (StreamSettings settings :
                wanted.streams().values().stream().distinct().toList()) {
            lookAtStream(client, settings);
        }
    }

    private void lookAtHistory(CloudClient client, String projectId, Device device) throws InterruptedException {
        Instant now = clock.instant();
        try {
            new History(client, projectId).page(device.id(), now.minus(LOOKED_AT), now, List.of(), Optional.empty());
            found.accept(Diagnosis.ok("history " + projectId, "it can be read, so that gaps can be filled"));
        } catch (CloudException e) {
            found.accept(Diagnosis.error("history " + projectId, e.fault().summary()));
        }
    }

    private void lookAtFilters(String name, StreamSettings settings, List<Device> devices) {
        DeviceFilters filters = settings.filters().devices();
        if (filters.equals(DeviceFilters.NONE)) {
            return;
        }
        long matching = devices.stream().filter(filters::allow).count();
        List<String> empty = parts(filters)
                .filter(part -> devices.stream().noneMatch(part.filters()::allow))
                .map(Part::name)
                .toList();
        if (matching == 0) {
            found.accept(Diagnosis.error(
                    name,
                    "its filters match none of the " + count(devices.size(), "device")
                            + (empty.isEmpty() ? " together" : "; no device has " + String.join(", ", empty))));
        } else if (!empty.isEmpty()) {
            found.accept(Diagnosis.warning(
                    name,
                    "its filters match " + count((int) matching, "device") + ", but no device has "
                            + String.join(", ", empty)));
        } else {
            found.accept(
                    Diagnosis.ok(name, "its filters match " + matching + " of " + count(devices.size(), "device")));
        }
    }

    /** One value of a filter. */
    private record Part(String name, DeviceFilters filters) {}

    private static Stream<Part> parts(DeviceFilters all) {
        return Stream.of(
                        all.deviceIds().stream()
                                .map(id -> new Part(
                                        "the id " + id,
                                        new DeviceFilters(List.of(id), List.of(), List.of(), List.of()))),
                        all.deviceTypes().stream()
                                .map(type -> new Part(
                                        "the type " + type,
                                        new DeviceFilters(List.of(), List.of(type), List.of(), List.of()))),
                        all.productNumbers().stream()
                                .map(number -> new Part(
                                        "the product number " + number,
                                        new DeviceFilters(List.of(), List.of(), List.of(number), List.of()))),
                        all.labelFilters().stream()
                                .map(label -> new Part(
                                        "the label " + label,
                                        new DeviceFilters(List.of(), List.of(), List.of(), List.of(label)))))
                .flatMap(parts -> parts);
    }

    /** Waits for the first ping, which shows that no server in between holds the stream back. */
    private void lookAtStream(CloudClient client, StreamSettings settings) throws InterruptedException {
        String subject = "stream " + settings.projectId();
        StreamCall call = client.stream(settings.request());
        long begin = clock.nanos();
        try (InputStream body = call.open()) {
            if (body.read() < 0) {
                found.accept(Diagnosis.error(
                        subject, "the answer has no body: something between the cloud and here took it"));
                return;
            }
            Duration waited = Duration.ofNanos(clock.nanos() - begin);
            found.accept(
                    Diagnosis.ok(subject, "it is open, and the first bytes came after " + ReadableDuration.of(waited)));
        } catch (CloudException e) {
            found.accept(Diagnosis.error(subject, e.fault().summary()));
        } catch (SocketTimeoutException e) {
            found.accept(Diagnosis.error(
                    subject,
                    "nothing came within " + ReadableDuration.of(settings.silenceLimit())
                            + ", although the cloud sends a ping every "
                            + ReadableDuration.of(settings.pingInterval())
                            + ": a proxy or a virus scanner between here and the cloud holds answers back until they are complete; have it"
                            + " pass this stream on at once"));
        } catch (IOException e) {
            found.accept(Diagnosis.error(
                    subject, client.faults().ofThrowable(e, "the event stream").summary()));
        } finally {
            call.abort();
        }
    }

    private void lookAtClock() {
        Optional<Duration> offset = clock.offset();
        if (offset.isEmpty()) {
            return;
        }
        Duration off = offset.get().abs();
        String said = "this machine's clock is " + ReadableDuration.of(off)
                + (offset.get().isNegative() ? " ahead of" : " behind") + " the cloud's";
        if (off.compareTo(CLOCK_WRONG) > 0) {
            found.accept(Diagnosis.error("clock", said + ": access tokens may be refused; switch NTP on"));
        } else if (off.compareTo(CLOCK_IMPRECISE) > 0) {
            found.accept(Diagnosis.warning("clock", said + ": switch NTP on"));
        } else {
            found.accept(
                    Diagnosis.ok("clock", "it agrees with the cloud's within " + ReadableDuration.of(CLOCK_IMPRECISE)));
        }
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
