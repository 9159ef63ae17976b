package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.embedded.EmbeddedHiveMQ;
import io.github.dtstream.LogCapture;
import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.mqtt.link.HiveMqttClients;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a complete MQTT 5 broker in this process, which accepts packets of up to 5,000 bytes. */
class EmbeddedBrokerTest extends MqttTest {
    private static int port;
    private static int tlsPort;
    private static Path keys;
    private static EmbeddedHiveMQ broker;

    @BeforeAll
    static void startBroker(@TempDir Path directory) throws Exception {
        port = FreePort.find();
        tlsPort = FreePort.find();
        keys = directory;
        Certificates certificates = new Certificates(directory);
        Path server = certificates.issue("server", "ip:127.0.0.1");
        certificates.issue("client", "dns:client");
        Files.writeString(Files.createDirectory(directory.resolve("conf")).resolve("config.xml"), """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                    <tls-tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address>
                      <tls>
                        <keystore><path>%s</path><password>changeit</password>
                          <private-key-password>changeit</private-key-password></keystore>
                        <truststore><path>%s</path><password>changeit</password></truststore>
                        <client-authentication-mode>REQUIRED</client-authentication-mode>
                      </tls>
                    </tls-tcp-listener>
                  </listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <mqtt>
                    <packets><max-packet-size>5000</max-packet-size></packets>
                    <!-- 1,000 by itself, beyond which messages for a subscriber that is slower are dropped -->
                    <queued-messages><max-queue-size>100000</max-queue-size></queued-messages>
                  </mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(
                        port, tlsPort, server, certificates.trust()));
        broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(directory.resolve("conf"))
                .withDataFolder(Files.createDirectory(directory.resolve("data")))
                .withExtensionsFolder(Files.createDirectory(directory.resolve("extensions")))
                .build();
        broker.start().join();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    private static String uri(String topic, String options) {
        return "dt-mqtt:" + topic + "?brokerUrl=mqtt://127.0.0.1:" + port + FAST + options;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void publishesAtEachQualityOfService(int qos) throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "qos" + qos + "/#"));
        Publisher publisher = with(new Publisher(uri("qos" + qos + "/all", "&qos=" + qos)));
        List<String> payloads = new ArrayList<>();
        for (int number = 0; number < 2_000; number++) {
            payloads.add("" + number);
        }

        Publisher.success(publisher.send(payloads, Map.of()));
        subscriber.await(2_000);

        assertThat(subscriber.payloads()).isEqualTo(payloads);
        assertThat(subscriber.received().get(0).getQos().getCode()).isEqualTo(Math.min(qos, 1));
    }

    @Test
    void takesTopicQosAndRetainFromTheHeadersOfEachMessage() throws Exception {
        Publisher publisher = with(new Publisher(uri("headers/default", "")));
        Message own = publisher.message("headers/own", "own");
        own.setHeader(DtMqttConstants.QOS, "0");
        own.setHeader(DtMqttConstants.RETAINED, "true");

        Publisher.success(publisher.send(List.of(own, "plain text", new byte[] {'b'}), Map.of()));
        Publisher.success(publisher.send("one body", Map.of(DtMqttConstants.OVERRIDE_TOPIC, "headers/exchange")));

        Subscriber late = with(Subscriber.to(port, "headers/#"));
        late.await(1);
        Mqtt5Publish retained = late.received().get(0);
        assertThat(retained.getTopic()).hasToString("headers/own");
        assertThat(retained.isRetain()).isTrue();
        assertThat(retained.getQos()).isEqualTo(MqttQos.AT_MOST_ONCE);
    }

    @Test
    void tellsMqtt5SubscribersWhatTheMessagesAre() throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "properties/#"));
        Publisher publisher = with(new Publisher(uri(
                "properties/all",
                "&userProperty.origin=roof&messageExpiryInterval=600&contentType=application/json"
                        + "&payloadFormatIndicator=true")));

        Publisher.success(publisher.send("{}", Map.of()));
        subscriber.await(1);

        Mqtt5Publish received = subscriber.received().get(0);
        assertThat(received.getUserProperties().asList()).hasToString("[(origin, roof)]");
        assertThat(received.getMessageExpiryInterval().orElseThrow()).isBetween(500L, 600L);
        assertThat(received.getContentType().orElseThrow()).hasToString("application/json");
        assertThat(received.getPayloadFormatIndicator()).contains(Mqtt5PayloadFormatIndicator.UTF_8);
    }

    @Test
    void namesTheMessagesThatAreRefusedForGoodAndPublishesAllOthers() throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "refused/#"));
        Publisher publisher = with(new Publisher(uri("", "")));
        List<Message> list = List.of(
                publisher.message("refused/ok", "0"),
                publisher.message("refused/+", "1"),
                publisher.message("refused/large", "x".repeat(6_000)),
                publisher.message("refused/ok", "3"),
                publisher.message("refused/#", "4"),
                publisher.message("refused/\0", "5"),
                publisher.message("", "6"),
                publisher.message("x".repeat(65_536), "7"),
                publisher.message("refused/object", new Object()),
                publisher.message("refused/ok", "9"));

        PublishRefusedException refused = Publisher.failure(publisher.send(list), PublishRefusedException.class);
        subscriber.await(3);

        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(1, 2, 4, 5, 6, 7, 8);
        assertThat(refused.refusals().get(0).reason()).contains("+");
        assertThat(refused.refusals().get(1).reason()).contains("too large", "5000");
        assertThat(refused.refusals().get(1).topic()).isEqualTo("refused/large");
        assertThat(refused.refusals().get(4).reason()).contains("CamelPahoMqtt5OverrideTopic");
        assertThat(subscriber.payloads()).containsExactly("0", "3", "9");
        assertThat(publisher.status().connected()).isTrue();
    }

    @Test
    void keepsTheNewestValueOfEachTopicRetainedOverARestart(@TempDir Path state) throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "newest/#"));
        String uri = uri("newest/a", "&lastValue=true&stateDirectory=" + state);
        try (Publisher publisher = new Publisher(uri)) {
            Publisher.success(publisher.send(List.of(
                    at(publisher, "newest/a", "2026-01-01T00:00:02Z"),
                    at(publisher, "newest/a", "2026-01-01T00:00:03.5Z"),
                    at(publisher, "newest/b", "2026-01-01T00:00:01Z"),
                    at(publisher, "newest/a", "2026-01-01T00:00:03Z"),
                    publisher.message("newest/a", "no timestamp"))));
        }
        try (Publisher publisher = new Publisher(uri)) {
            Publisher.success(publisher.send(List.of(
                    at(publisher, "newest/a", "2026-01-01T00:00:03.4Z"),
                    at(publisher, "newest/b", "2026-01-01T01:00:01.1+01:00"))));
        }
        subscriber.await(10);

        assertThat(subscriber.payloads("newest/a/last")).containsExactly("2026-01-01T00:00:03.5Z");
        assertThat(subscriber.payloads("newest/b/last"))
                .containsExactly("2026-01-01T00:00:01Z", "2026-01-01T01:00:01.1+01:00");
        Subscriber late = with(Subscriber.to(port, "newest/#"));
        late.await(2);
        assertThat(late.payloads()).containsExactlyInAnyOrder("2026-01-01T00:00:03.5Z", "2026-01-01T01:00:01.1+01:00");
    }

    private static Message at(Publisher publisher, String topic, String timestamp) {
        Message message = publisher.message(topic, timestamp);
        message.setHeader(DtMqttConstants.TIMESTAMP, timestamp);
        return message;
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        String threads = "dt-mqtt-leaves-nothing";
        Publisher publisher = with(new Publisher(uri("threads", "&clientId=leaves-nothing")));
        Publisher.success(publisher.send("event", Map.of()));
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(thread -> thread.getName().equals(threads));

        publisher.close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(threads)));
    }

    @Test
    void completesAnEmptyListAtOnce() throws Exception {
        Publisher publisher = with(new Publisher(uri("empty", "")));

        Publisher.success(publisher.send(List.of()));
    }

    @Test
    void showsOthersWhetherItIsThere() throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "presence/#"));
        FaultProxy proxy = with(FaultProxy.start(port));
        Publisher publisher =
                with(new Publisher("dt-mqtt:none?willTopic=presence/state&brokerUrl=" + url(proxy) + FAST));
        subscriber.awaitPayload("online");

        proxy.cut(Cut.RST);
        // The broker may publish the old link's will when the new link is up; then the client announces again that it
        // is online.
        await().until(() -> subscriber.payloads().contains("offline")
                && last(subscriber.payloads()).equals("online"));
        publisher.close();
        await().until(() -> last(subscriber.payloads()).equals("offline"));

        Subscriber late = with(Subscriber.to(port, "presence/#"));
        late.awaitPayload("offline");
        assertThat(late.received().get(0).isRetain()).isTrue();
    }

    private static String last(List<String> payloads) {
        return payloads.get(payloads.size() - 1);
    }

    @Test
    void sharesOneConnectionAmongProducersWithEqualOptions() throws Exception {
        FaultProxy proxy = with(FaultProxy.start(port));
        String options = "?brokerUrl=" + url(proxy) + FAST;
        Publisher publisher = with(new Publisher("dt-mqtt:shared/a" + options));
        DtMqttProducer other = (DtMqttProducer)
                publisher.context().getEndpoint("dt-mqtt:shared/b" + options).createAsyncProducer();
        publisher.context().addService(other);
        other.stop();

        Publisher.success(publisher.send("still there", Map.of()));

        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(other.status()).isNull();
    }

    @Test
    void reportsItsHealth() throws Exception {
        FaultProxy proxy = with(FaultProxy.start(port));
        Publisher publisher = with(new Publisher("dt-mqtt:health?brokerUrl=" + url(proxy) + FAST));
        MqttHealthCheck check =
                new MqttHealthCheck((DtMqttEndpoint) publisher.producer().getEndpoint(), publisher::status);
        await().until(() -> check.call().getState() == HealthCheck.State.UP);

        proxy.refuse();

        await().until(() -> check.call().getState() == HealthCheck.State.DOWN);
        assertThat(check.call().getMessage().orElseThrow())
                .startsWith("Not connected to " + url(proxy) + " since ")
                .contains("last error");
    }

    @Test
    void presentsItsCertificate() throws Exception {
        Subscriber subscriber = with(Subscriber.to(port, "tls/#"));
        Publisher publisher = with(new Publisher(tls("#tls"), Map.of("tls", parameters("client.p12"))));

        Publisher.success(publisher.send("over TLS", Map.of()));

        subscriber.awaitPayload("over TLS");
    }

    @Test
    void isNotAdmittedWithoutItsCertificate() throws Exception {
        Publisher publisher = with(new Publisher(tls("#tls"), Map.of("tls", parameters(null))));
        CompletableFuture<Exchange> sent = publisher.send("over TLS", Map.of());

        await().until(() -> publisher.status().lastError() != null);

        assertThat(sent).isNotDone();
    }

    @Test
    void doesNotTrustABrokerByAnotherName() throws Exception {
        Publisher publisher = with(
                new Publisher(tls("#tls").replace("127.0.0.1", "localhost"), Map.of("tls", parameters("client.p12"))));
        CompletableFuture<Exchange> sent = publisher.send("over TLS", Map.of());

        await().until(() -> publisher.status().lastError() != null);

        assertThat(publisher.status().lastError()).contains("localhost");
        assertThat(sent).isNotDone();
    }

    @Test
    void trustsABrokerByAnotherNameWhenToldTo() throws Exception {
        Publisher publisher = with(new Publisher(
                tls("#tls").replace("127.0.0.1", "localhost") + "&httpsHostnameVerificationEnabled=false",
                Map.of("tls", parameters("client.p12"))));

        Publisher.success(publisher.send("over TLS", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", Certificates.PASSWORD})
    void takesPemFilesForKeyAndTrustStore(String password) throws Exception {
        Certificates.pem(keys.resolve("client.p12"), password.isEmpty() ? null : password);
        Certificates.pem(keys.resolve("trust.p12"), null);
        Publisher publisher = with(new Publisher(tls("#tls"), Map.of("tls", parameters("trust.pem", "client.pem"))));

        Publisher.success(publisher.send("over TLS", Map.of()));
    }

    @Test
    void readsARenewedCertificateAtTheNextConnection(@TempDir Path other) throws Exception {
        Path stranger = new Certificates(other).issue("client", "dns:client");
        Path own = Files.copy(stranger, keys.resolve("renewed.p12"));
        Publisher publisher = with(new Publisher(tls("#tls"), Map.of("tls", parameters("renewed.p12"))));
        CompletableFuture<Exchange> sent = publisher.send("over TLS", Map.of());
        await().until(() -> publisher.status().lastError() != null);

        Files.copy(keys.resolve("client.p12"), own, StandardCopyOption.REPLACE_EXISTING);

        Publisher.success(sent);
    }

    @Test
    void goesOnWithTheCertificateOfBeforeWhereTheNewOneCannotBeRead() throws Exception {
        LogCapture log = with(LogCapture.of(HiveMqttClients.class));
        FaultProxy proxy = with(FaultProxy.start(tlsPort));
        Path own = Files.copy(keys.resolve("client.p12"), keys.resolve("broken.p12"));
        Publisher publisher = with(new Publisher(
                tls("#tls").replace(":" + tlsPort, ":" + proxy.port()), Map.of("tls", parameters("broken.p12"))));
        Publisher.success(publisher.send("over TLS", Map.of()));

        Files.writeString(own, "half a fi");
        proxy.cut(Cut.RST);
        await().until(() -> publisher.status().reconnects() == 1);

        Publisher.success(publisher.send("again", Map.of()));
        assertThat(log.messages())
                .anySatisfy(line -> assertThat(line).contains("key store", own.toString(), "cannot be read"));
    }

    private static String tls(String parameters) {
        return "dt-mqtt:tls/all?brokerUrl=ssl://127.0.0.1:" + tlsPort + FAST + "&sslContextParameters=" + parameters;
    }

    private static SSLContextParameters parameters(String keyStore) {
        return parameters("trust.p12", keyStore);
    }

    private static SSLContextParameters parameters(String trustStore, String keyStore) {
        SSLContextParameters parameters = new SSLContextParameters();
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store(trustStore));
        parameters.setTrustManagers(trust);
        if (keyStore != null) {
            KeyManagersParameters own = new KeyManagersParameters();
            own.setKeyStore(store(keyStore));
            own.setKeyPassword(Certificates.PASSWORD);
            parameters.setKeyManagers(own);
        }
        return parameters;
    }

    private static KeyStoreParameters store(String name) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + keys.resolve(name));
        store.setPassword(Certificates.PASSWORD);
        store.setType("PKCS12");
        return store;
    }
}
