package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.stream.EventStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and events over HTTPS from a cloud whose certificate no public authority has signed. */
final class CloudOverTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path keys;

    private static Certificates certificates;
    private static Path named;
    private static Path misnamed;

    @TempDir
    private Path data;

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final CamelContext context = new DefaultCamelContext();
    private SimulatedCloud cloud;
    private String device;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(keys);
        named = certificates.issue("cloud", "ip:127.0.0.1");
        misnamed = certificates.issue("other", "dns:other.example.com");
    }

    @BeforeEach
    void startCloud() throws Exception {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    private DtStreamComponent start(TlsFront front, @Nullable SSLContextParameters trust) throws Exception {
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, data);
        component.setApiUrl(front.through(cloud.baseUri()).toString());
        component.setTokenUrl(front.through(cloud.tokenUri()).toString());
        component.setSslContextParameters(trust);
        context.addComponent("dt-stream", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("dt-stream:" + cloud.projectId() + "?subscriber=a").process(exchange -> {
                    for (Object part : exchange.getMessage().getBody(List.class)) {
                        delivered.add(((Message) part).getHeader("DtEventId", String.class));
                    }
                });
            }
        });
        context.start();
        return component;
    }

    private static SSLContextParameters trustInTheAuthority() {
        return trustIn(certificates.trust());
    }

    private static SSLContextParameters trustIn(Path file) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setPassword(Certificates.PASSWORD);
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }

    private static String reasonToWait(DtStreamComponent component) {
        EventStream stream = component.streams().all().get(0);
        // Take the state once, as the next state may differ.
        return await().atMost(PATIENCE)
                .until(
                        () -> stream.sessionState() instanceof SessionState.Waiting waiting
                                ? waiting.reason().summary()
                                : "",
                        reason -> !reason.isEmpty());
    }

    @Test
    void receivesFromACloudThatItsTlsSettingsTrust() throws Exception {
        try (TlsFront front = new TlsFront(named, cloud.baseUri().getPort())) {
            start(front, trustInTheAuthority());
            await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);

            String eventId =
                    cloud.publish(device, "temperature", "{\"value\":21.5}").eventId();

            await().atMost(PATIENCE).until(() -> delivered.contains(eventId));
        }
    }

    /** For example when a company replaces its certificate authority while the router runs. */
    @Test
    void readsCertificatesAnewThatAreReplacedWhileItRuns() throws Exception {
        Path trusted = data.resolve("ca.crt");
        Path other = Files.createDirectory(data.resolve("other"));
        Files.copy(Certificates.pem(new Certificates(other).trust(), null), trusted);
        try (TlsFront front = new TlsFront(named, cloud.baseUri().getPort())) {
            DtStreamComponent component = start(front, trustIn(trusted));
            assertThat(reasonToWait(component)).contains("no secure connection", "certificate");

            Files.copy(Certificates.pem(certificates.trust(), null), trusted, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);
        }
    }

    @Test
    void sendsNothingToACloudThatNobodyVouchesFor() throws Exception {
        try (TlsFront front = new TlsFront(named, cloud.baseUri().getPort())) {
            DtStreamComponent component = start(front, null);

            assertThat(reasonToWait(component)).contains("no secure connection", "certificate");
            assertThat(front.handshakes()).isZero();
        }
    }

    @Test
    void sendsNothingToACloudWhoseCertificateIsAnothersOne() throws Exception {
        try (TlsFront front = new TlsFront(misnamed, cloud.baseUri().getPort())) {
            DtStreamComponent component = start(front, trustInTheAuthority());

            assertThat(reasonToWait(component)).contains("no secure connection", "127.0.0.1");
            assertThat(front.handshakes()).isZero();
        }
    }
}
