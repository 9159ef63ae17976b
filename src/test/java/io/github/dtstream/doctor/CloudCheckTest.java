package io.github.dtstream.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.doctor.CloudCheck.Selection;
import io.github.dtstream.doctor.CloudCheck.Wanted;
import io.github.dtstream.doctor.Diagnosis.Level;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.stream.CloudOptions;
import io.github.dtstream.stream.CloudOptionsFixture;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The doctor's reports about a cloud that works, and about each possible fault. */
class CloudCheckTest {
    private SimulatedCloud cloud;
    private final List<Diagnosis> found = new ArrayList<>();
    private CloudClock clock = CloudClock.system();

    @BeforeEach
    void start() throws Exception {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer"));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private CloudOptions options(URI apiUrl, String secret) {
        return CloudOptionsFixture.of(
                apiUrl,
                cloud.tokenUri(),
                cloud.account().keyId(),
                secret,
                cloud.account().email());
    }

    private CloudOptions options() {
        return options(cloud.baseUri(), cloud.account().secret());
    }

    private static StreamSettings stream(String project, StreamFilters filters) {
        return new StreamSettings(
                project,
                StreamFormat.JSON,
                filters,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                1 << 20,
                -1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ZERO);
    }

    private static StreamFilters labels(String... labels) {
        return new StreamFilters(List.of(), List.of(), List.of(), List.of(), List.of(labels));
    }

    private void check(CloudOptions options, StreamSettings settings, Selection... rules) throws Exception {
        new CloudCheck(options, clock, found::add)
                .run(
                        Map.of(settings.projectId(), new Wanted(Map.of("route r", settings), List.of(rules))),
                        Supervisor.system());
    }

    private Diagnosis of(String subject) {
        return found.stream()
                .filter(diagnosis -> diagnosis.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing of " + subject + " in " + found));
    }

    @Test
    void findsNothingWrongWithACloudThatIsWell() throws Exception {
        String project = cloud.projectId();

        check(options(), stream(project, labels("zone=freezer")), new Selection("alarm a", device -> true));

        assertThat(found).extracting(Diagnosis::level).containsOnly(Level.OK);
        assertThat(found)
                .extracting(Diagnosis::subject)
                .containsExactly(
                        "dns",
                        "credentials",
                        "project " + project,
                        "history " + project,
                        "route r",
                        "stream " + project,
                        "clock");
        assertThat(of("route r").message()).contains("match 1 of 1 device");
        assertThat(found.toString()).doesNotContain(cloud.account().secret());
    }

    @Test
    void saysThatTheSecretIsWrongAndAsksForNothingElse() throws Exception {
        check(options(cloud.baseUri(), "another"), stream(cloud.projectId(), StreamFilters.NONE));

        assertThat(of("credentials").level()).isEqualTo(Level.ERROR);
        assertThat(of("credentials").message())
                .contains("check serviceAccountEmail, serviceAccountKeyId and serviceAccountSecret");
        assertThat(found).extracting(Diagnosis::subject).containsExactly("dns", "credentials");
        assertThat(found.toString()).doesNotContain("another");
    }

    @Test
    void saysThatTheServiceAccountHasNoRoleInTheProject() throws Exception {
        cloud.faults().respond(Target.DEVICES, 1, 403);

        check(options(), stream(cloud.projectId(), StreamFilters.NONE));

        assertThat(of("project " + cloud.projectId()))
                .matches(diagnosis -> diagnosis.level() == Level.ERROR)
                .matches(diagnosis -> diagnosis.message().contains("give it a role in the project"));
        assertThat(of("clock").level()).isEqualTo(Level.OK);
    }

    @Test
    void namesTheFilterAndTheRuleThatNoDeviceMatches() throws Exception {
        check(
                options(),
                stream(cloud.projectId(), labels("zone=fridge")),
                new Selection("alarm a", device -> device.type().equals("co2")));

        assertThat(of("route r").level()).isEqualTo(Level.ERROR);
        assertThat(of("route r").message())
                .contains("match none of the 1 device", "no device has the label zone=fridge");
        assertThat(of("alarm a").level()).isEqualTo(Level.WARNING);
    }

    @Test
    void namesTheOneOfSeveralFiltersThatNoDeviceMatches() throws Exception {
        check(options(), stream(cloud.projectId(), labels("zone=freezer", "zone=fridge")));

        assertThat(of("route r").level()).isEqualTo(Level.WARNING);
        assertThat(of("route r").message()).contains("match 1 device, but no device has the label zone=fridge");
    }

    @Test
    void saysThatSomethingHoldsTheStreamBack() throws Exception {
        cloud.faults().silence(Duration.ofMinutes(1));
        StreamSettings patient = stream(cloud.projectId(), StreamFilters.NONE);
        StreamSettings hasty = new StreamSettings(
                patient.projectId(),
                patient.format(),
                patient.filters(),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                patient.maxEventSize(),
                -1,
                patient.initialRetryDelay(),
                patient.maxRetryDelay(),
                Duration.ZERO);

        check(options(), hasty);

        assertThat(of("stream " + cloud.projectId()).level()).isEqualTo(Level.ERROR);
        assertThat(of("stream " + cloud.projectId()).message())
                .contains("nothing came within 1.2 s", "holds answers back");
        assertThat(cloud.openStreams()).as("streams left open").isLessThanOrEqualTo(1);
    }

    @Test
    void saysThatTheClockIsWrong() throws Exception {
        clock = new CloudClock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10)), Ticker.SYSTEM);

        check(options(), stream(cloud.projectId(), StreamFilters.NONE));

        assertThat(of("clock").level()).isEqualTo(Level.ERROR);
        assertThat(of("clock").message()).contains("behind the cloud's", "NTP");
    }

    @Test
    void saysThatANameIsNotKnownAndStops() throws Exception {
        check(
                options(URI.create("https://cloud.invalid/v2"), cloud.account().secret()),
                stream(cloud.projectId(), StreamFilters.NONE));

        assertThat(found.get(0).level()).isEqualTo(Level.ERROR);
        assertThat(found.get(0).message()).contains("cloud.invalid is not known", "DNS");
        assertThat(found).extracting(Diagnosis::subject).doesNotContain("credentials");
    }

    @Test
    void saysThatTheOtherSideSpeaksNoTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread plain = new Thread(() -> answer(server));
            plain.start();

            check(
                    options(
                            URI.create("https://127.0.0.1:" + server.getLocalPort() + "/v2"),
                            cloud.account().secret()),
                    stream(cloud.projectId(), StreamFilters.NONE));
            plain.join();
        }

        assertThat(of("tls").level()).isEqualTo(Level.ERROR);
        assertThat(of("tls").message()).contains("no secure connection");
    }

    private static void answer(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("HTTP/1.1 400 no TLS here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read(new byte[4096]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
