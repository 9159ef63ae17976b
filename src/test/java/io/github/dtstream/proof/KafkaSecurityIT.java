package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.Remark;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.kafka.KafkaJournals;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.mqtt.Certificates;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS, sign-in by SCRAM, and access control lists: what is allowed, and what is said of what is not. */
@Timeout(600)
class KafkaSecurityIT {
    private static final String PASSWORD = "p4ss-W0rd-of-the-router";
    private static final List<AclOperation> TOPICS = List.of(
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DESCRIBE,
            AclOperation.DESCRIBE_CONFIGS,
            AclOperation.CREATE);

    @TempDir
    private static Path shared;

    private static KafkaBroker broker;
    private static Admin admin;
    private static Map<String, String> client;
    private static String plain;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Certificates certificates = new Certificates(Files.createDirectories(shared.resolve("tls")));
        Path own = certificates.issue("broker", "ip:127.0.0.1");
        Path authority = Certificates.pem(certificates.trust(), null);
        String secure = "127.0.0.1:" + FreePort.find();
        plain = "127.0.0.1:" + FreePort.find();
        String controller = "127.0.0.1:" + FreePort.find();
        Map<String, String> settings = new TreeMap<>();
        settings.put("listeners", "CLIENT://" + secure + ",INTERNAL://" + plain + ",CONTROLLER://" + controller);
        settings.put("controller.quorum.voters", "1@" + controller);
        settings.put("listener.security.protocol.map", "CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "INTERNAL");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put(
                "listener.name.client.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", own.toString());
        settings.put("ssl.keystore.password", Certificates.PASSWORD);
        settings.put("ssl.key.password", Certificates.PASSWORD);
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        broker = KafkaBroker.start(
                Files.createDirectories(shared.resolve("kafka")),
                settings,
                List.of("-S", "SCRAM-SHA-512=[name=router,password=" + PASSWORD + "]"));
        admin = Admin.create(Map.of("bootstrap.servers", plain));
        client = Map.of(
                "bootstrap.servers",
                secure,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(PASSWORD),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                authority.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        if (admin != null) {
            admin.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void allow() throws Exception {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        List<AclBinding> all = new ArrayList<>();
        TOPICS.forEach(operation -> all.add(acl(ResourceType.TOPIC, "dt.", operation)));
        all.add(acl(ResourceType.TRANSACTIONAL_ID, "dt.", AclOperation.WRITE));
        all.add(acl(ResourceType.TRANSACTIONAL_ID, "dt.", AclOperation.DESCRIBE));
        all.add(acl(ResourceType.GROUP, "dt.", AclOperation.READ));
        all.add(acl(ResourceType.GROUP, "dt.", AclOperation.DESCRIBE));
        admin.createAcls(all).all().get();
        awaitAcls(AclBindingFilter.ANY, Set.copyOf(all));
    }

    /** Waits until the broker goes by these: it answers the change before it does. */
    private static void awaitAcls(AclBindingFilter filter, Set<AclBinding> wanted) {
        await().atMost(KafkaRouters.PATIENCE)
                .until(() ->
                        Set.copyOf(admin.describeAcls(filter).values().get()).equals(wanted));
    }

    private static AclBinding acl(ResourceType type, String prefix, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, prefix, PatternType.PREFIXED),
                new AccessControlEntry("User:router", "*", operation, AclPermissionType.ALLOW));
    }

    private static void forbid(ResourceType type, AclOperation operation) throws Exception {
        AclBindingFilter filter = acl(type, "dt.", operation).toFilter();
        admin.deleteAcls(List.of(filter)).all().get();
        awaitAcls(filter, Set.of());
    }

    private static String jaas(String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"router\" password=\""
                + password + "\";";
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> all = new TreeMap<>(client);
        all.put(key, value);
        return all;
    }

    /** What doctor says of these settings. */
    private static String looked(Map<String, String> of) {
        return new KafkaJournals(of, "dt", 1)
                .look(List.of("p/s")).stream()
                        .filter(remark -> remark.level() == Remark.Level.ERROR)
                        .map(Remark::text)
                        .collect(Collectors.joining("\n"));
    }

    /** What the log says of a stream that cannot be opened with these settings. */
    private String opened(Map<String, String> of) {
        return opened(of, "p/s");
    }

    private String opened(Map<String, String> of, String stream) {
        Throwable failure = catchThrowable(() -> new KafkaJournals(of, "dt", 1)
                .open(Journals.Kind.EVENTS, stream, JournalSettings.DEFAULTS, TestSurroundings.in(folder))
                .journal()
                .close());
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    @Test
    void aWrongPasswordIsCalledThat() {
        Map<String, String> wrong = with("sasl.jaas.config", jaas("wr0ng-0ne"));

        assertThat(List.of(looked(wrong), opened(wrong)))
                .allSatisfy(text -> assertThat(text)
                        .contains("refuses the sign-in", "invalid credentials")
                        .doesNotContain("wr0ng-0ne"));
    }

    @Test
    void anAuthorityThatIsNotTrustedIsCalledThatAndSoIsAFileThatIsNotThere() throws Exception {
        Certificates others = new Certificates(Files.createDirectories(folder.resolve("others")));
        Map<String, String> wrong = with(
                "ssl.truststore.location",
                Certificates.pem(others.trust(), null).toString());

        assertThat(List.of(looked(wrong), opened(wrong)))
                .allSatisfy(text ->
                        assertThat(text).contains("no authority that the router trusts", "ssl.truststore.location"));
        Map<String, String> missing =
                with("ssl.truststore.location", folder.resolve("no-such.pem").toString());
        assertThat(List.of(looked(missing), opened(missing)))
                .allSatisfy(text -> assertThat(text).contains("no-such.pem", "there is no such file"));
    }

    @Test
    void aPortWithoutTlsAndOneWithTlsAreToldApart() {
        String secure = String.valueOf(client.get("bootstrap.servers"));

        assertThat(List.of(looked(with("bootstrap.servers", plain)), absence(with("bootstrap.servers", plain))))
                .allSatisfy(text -> assertThat(text).contains("does not speak TLS", plain));
        for (Map<String, String> without :
                List.of(Map.of("bootstrap.servers", secure), with("security.protocol", "SASL_PLAINTEXT"))) {
            assertThat(List.of(looked(without), absence(without)))
                    .allSatisfy(text ->
                            assertThat(text).contains("requires TLS", secure, "Kafka's property security.protocol"));
        }
        assertThat(absence(client)).isEmpty();
    }

    /** Why the router waits at its start. */
    private static String absence(Map<String, String> of) {
        return new KafkaJournals(of, "dt", 1).absence().orElse("");
    }

    @Test
    void aMissingPermissionIsNamedWithWhatItIsFor() throws Exception {
        forbid(ResourceType.TRANSACTIONAL_ID, AclOperation.WRITE);
        assertThat(List.of(looked(client), opened(client)))
                .allSatisfy(text -> assertThat(text)
                        .contains("transactional identifiers that begin with the topic prefix", "Write and Describe"));

        allow();
        forbid(ResourceType.TOPIC, AclOperation.CREATE);
        assertThat(opened(client, "p/new")).contains("dt.p.new.events", "Create");

        admin.createTopics(List.of(
                        new NewTopic("dt.p.made.events", 1, (short) 1),
                        new NewTopic("dt.p.made.state", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
        assertThat(opened(client, "p/made"))
                .as("Create is not needed for topics that exist")
                .isEmpty();
        for (AclOperation operation : List.of(AclOperation.WRITE, AclOperation.READ)) {
            allow();
            forbid(ResourceType.TOPIC, operation);
            assertThat(opened(client, "p/made"))
                    .as("without " + operation)
                    .contains("dt.p.made.", "Read, Write, Describe");
        }
    }

    @Test
    @Tag("long")
    void aRouterWithTheDocumentedPermissionsWorksAsOneOfAGroupAndNamesThePermissionOfTheGroup() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        Path jar = KafkaRouters.install(folder);
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                RouterProcess router = new RouterProcess(jar, configured(cloud), Map.of())) {
            cloud.addDevices(5, DeviceType.TEMPERATURE);
            forbid(ResourceType.GROUP, AclOperation.READ);
            router.start();
            await().atMost(KafkaRouters.PATIENCE)
                    .untilAsserted(() -> assertThat(Files.readString(router.log()))
                            .contains("may not join the group dt.routers", "Read and Describe"));

            allow();
            KafkaRouters.holder(List.of(router));
            cloud.produce(50);
            KafkaRouters.awaitNews(Set.of(), List.of(router));
            cloud.stopProduction();
            Set<String> produced = new HashSet<>();
            cloud.produced().forEach(event -> produced.add(event.eventId()));
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> KafkaRouters.delivered(List.of(router)).containsAll(produced));
            router.terminate();

            // topics exist: whoever created them, Create is not needed any more
            forbid(ResourceType.TOPIC, AclOperation.CREATE);
            router.start();
            KafkaRouters.holder(List.of(router));
            router.terminate();

            assertThat(doctor(jar, folder.resolve("router")))
                    .contains("transactions work")
                    .doesNotContain("ERROR");
            assertThat(Files.readString(router.log())).doesNotContain(PASSWORD);
        }
    }

    private static String doctor(Path jar, Path place) throws IOException, InterruptedException {
        Process doctor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        jar.toString(),
                        "doctor")
                .directory(place.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        doctor.waitFor();
        return said;
    }

    private Path configured(SimulatedCloud cloud) throws IOException {
        Path place = Files.createDirectories(folder.resolve("router"));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.copy(Path.of("routes/events-to-files.camel.yaml"), routes.resolve("events-to-files.camel.yaml"));
        List<String> lines = new ArrayList<>(KafkaRouters.of(cloud));
        lines.addAll(List.of(
                "dt.journal=kafka",
                "dt.kafka.replication=1",
                "dt.kafka.group=routers",
                "dt.kafka.node=a",
                "dt.kafka.bootstrap-servers=" + client.get("bootstrap.servers"),
                "dt.kafka.property.sasl.jaas.config-file=" + Files.writeString(place.resolve("jaas"), jaas(PASSWORD))));
        client.forEach((key, value) -> {
            if (!key.equals("bootstrap.servers") && !key.equals("sasl.jaas.config")) {
                lines.add("dt.kafka.property." + key + "=" + value);
            }
        });
        Files.write(place.resolve("application.properties"), lines);
        return place;
    }
}
