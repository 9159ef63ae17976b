package io.github.dtstream.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.github.dtstream.app.GroupFiles;
import io.github.dtstream.app.Manifests;
import io.github.dtstream.route.model.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that start three routers, by Kubernetes or compose, agree with the router, and each with itself. */
class GroupFilesTest {
    private static final Path SINGLE = Path.of("src/kubernetes");
    private static final Path GROUP = SINGLE.resolve("group");
    private static final String SECRETS = "/run/secrets/dt-stream-router/";
    private static final Set<String> OWN = Set.of("JDK_JAVA_OPTIONS");

    @TempDir
    private Path folder;

    private static StatefulSet routers() throws IOException {
        return (StatefulSet)
                Manifests.read(Files.readString(GROUP.resolve("routers.yaml"))).get(0);
    }

    private static PodDisruptionBudget budget() throws IOException {
        return (PodDisruptionBudget) Manifests.read(Files.readString(GROUP.resolve("disruption.yaml")))
                .get(0);
    }

    private static StatefulSet single() throws IOException {
        return (StatefulSet) Manifests.read(Files.readString(SINGLE.resolve("statefulset.yaml")))
                .get(0);
    }

    private static JsonNode component() throws IOException {
        return Manifests.documents(Files.readString(GROUP.resolve("kustomization.yaml")))
                .get(0);
    }

    private static List<String> texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(each -> all.add(each.asText()));
        return all;
    }

    /** The settings as the router has them, with the shipped application.properties and a complete account. */
    private Settings settings(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.keySet().removeAll(OWN);
        all.putIfAbsent("DT_PROJECT_ID", "p");
        for (Map.Entry<String, String> one : all.entrySet()) {
            if (one.getKey().endsWith("_FILE")) {
                one.setValue(Files.writeString(folder.resolve(one.getKey()), "secret")
                        .toString());
            }
        }
        Settings settings = Settings.load(Path.of("application.properties"), all, new Properties());
        assertThat(SettingsCheck.findings(settings, folder.resolve("routes")))
                .extracting(Finding::toString)
                .isEmpty();
        return settings;
    }

    private static void assertKnown(Iterable<String> variables) {
        for (String variable : variables) {
            assertThat(OWN.contains(variable)
                            || KafkaKey.ofVariable(variable).isPresent()
                            || Stream.concat(Setting.keys().stream(), Setting.fileKeys().stream())
                                    .anyMatch(key ->
                                            Setting.environmentVariable(key).equals(variable)))
                    .as(variable)
                    .isTrue();
        }
    }

    @Test
    void kubernetesSetsWhatTheRouterAndKafkasClientsKnow() throws Exception {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : router(routers()).getEnv()) {
            boolean isNode = variable.getName().equals("DT_KAFKA_NODE");
            assertThat(variable.getValueFrom() != null).as(variable.getName()).isEqualTo(isNode);
            environment.put(variable.getName(), isNode ? "dt-stream-router-0" : variable.getValue());
        }

        assertKnown(environment.keySet());
        Settings settings = settings(environment);

        assertThat(settings.isJournalInKafka()).isTrue();
        assertThat(settings.get(Setting.KAFKA_GROUP)).isEqualTo("routers");
        assertThat(settings.get(Setting.KAFKA_NODE)).isEqualTo("dt-stream-router-0");
        assertThat(AdminClientConfig.configNames())
                .containsAll(settings.kafkaClient().keySet());
        assertThat(settings.kafkaClient()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(router(routers()).getEnv())
                .filteredOn(variable -> variable.getName().equals("DT_KAFKA_NODE"))
                .extracting(variable -> variable.getValueFrom().getFieldRef().getFieldPath())
                .containsExactly("metadata.name");
    }

    @Test
    void everySecretThatKubernetesNamesIsAFileOfTheSecret() throws Exception {
        Set<String> files = new TreeSet<>();
        texts(component().at("/secretGenerator/0/files")).forEach(file -> files.add(SECRETS + file));

        assertThat(component().at("/secretGenerator/0/name").asText()).isEqualTo("dt-stream-router-secrets");
        assertThat(router(routers()).getEnv())
                .extracting(EnvVar::getValue)
                .filteredOn(value -> value != null && value.startsWith(SECRETS))
                .containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void oneRouterAtATimeMayBeAwayAndEachIsOnANodeOfItsOwn() throws Exception {
        Map<String, String> labels =
                single().getSpec().getTemplate().getMetadata().getLabels();

        assertThat(budget().getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(budget().getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(routers().getSpec().getReplicas()).isEqualTo(3);
        assertThat(pod(routers()).getTopologySpreadConstraints())
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(pod(routers()).getTopologySpreadConstraints())
                .allSatisfy(one ->
                        assertThat(one.getLabelSelector().getMatchLabels()).isEqualTo(labels));
        assertThat(routers().getMetadata().getName())
                .isEqualTo(single().getMetadata().getName())
                .isEqualTo(budget().getMetadata().getName());
        assertThat(router(routers()).getName()).isEqualTo(router(single()).getName());
    }

    @Test
    void kafkasClientOfTheVersionThatTheRouterWantsIsPutWhereTheRouterLooks() throws Exception {
        String version = KafkaClients.COMMAND.substring(KafkaClients.COMMAND.lastIndexOf(':') + 1);
        Container client = pod(routers()).getInitContainers().get(0);
        String copied = client.getCommand().get(2);

        assertThat(component().at("/images/0/name").asText()).isEqualTo(client.getImage());
        assertThat(component().at("/images/0/newTag").asText()).isEqualTo(version);
        assertThat(copied).endsWith(" " + client.getVolumeMounts().get(0).getMountPath());
        assertThat(router(routers()).getVolumeMounts())
                .extracting(VolumeMount::getName, VolumeMount::getMountPath)
                .containsExactly(tuple(client.getVolumeMounts().get(0).getName(), "/router/lib"));
        assertThat(pod(routers()).getVolumes())
                .extracting(Volume::getName)
                .containsExactly(client.getVolumeMounts().get(0).getName());
        assertThat(client.getSecurityContext()).isEqualTo(router(single()).getSecurityContext());

        JsonNode compose = GroupFiles.compose().at("/services/kafka-client");
        assertThat(compose.path("image").asText()).isEqualTo("apache/kafka:" + version);
        assertThat(compose.at("/command/2").asText()).isEqualTo(copied);
        assertThat(compose.at("/volumes/0").asText())
                .isEqualTo("lib:" + client.getVolumeMounts().get(0).getMountPath());
    }

    @Test
    void kustomizePutsTheGroupTogether() throws Exception {
        for (String name : List.of("statefulset.yaml", "service.yaml")) {
            Files.copy(SINGLE.resolve(name), folder.resolve(name));
        }
        String kustomization = Files.readString(SINGLE.resolve("kustomization.yaml"));
        assertThat(kustomization).contains("# components: [group]\n");
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                kustomization.replace("# components: [group]", "components: [group]"));
        Files.createDirectory(folder.resolve("group"));
        try (Stream<Path> files = Files.list(GROUP)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("group").resolve(file.getFileName()));
            }
        }
        Files.copy(Path.of("application.properties"), folder.resolve("application.properties"));
        Files.createDirectory(folder.resolve("routes"));
        for (String route : texts(Manifests.documents(kustomization).get(0).at("/configMapGenerator/1/files"))) {
            Files.copy(Path.of(route), folder.resolve(route));
        }
        Files.writeString(folder.resolve("secret"), "s");
        for (String secret : texts(component().at("/secretGenerator/0/files"))) {
            Files.writeString(folder.resolve("group").resolve(secret), "s");
        }

        List<HasMetadata> all = Manifests.read(Manifests.kustomized(folder));

        assertThat(all)
                .extracting(HasMetadata::getKind)
                .containsExactlyInAnyOrder(
                        "ConfigMap", "ConfigMap", "Secret", "Service", "StatefulSet", "PodDisruptionBudget");
        StatefulSet set = all.stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(set.getSpec().getReplicas()).isEqualTo(3);
        assertThat(set.getSpec().getVolumeClaimTemplates()).hasSize(1);
        assertThat(router(set).getEnv())
                .extracting(EnvVar::getName)
                .contains("DT_SERVICE_ACCOUNT_SECRET_FILE", "DT_KAFKA_NODE")
                .doesNotHaveDuplicates();
        assertThat(router(set).getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/data", "/router/routes", "/router/lib", SECRETS.substring(0, SECRETS.length() - 1))
                .doesNotHaveDuplicates();
        assertThat(pod(set).getSecurityContext()).isEqualTo(pod(single()).getSecurityContext());
        assertThat(router(set).getReadinessProbe()).isEqualTo(router(single()).getReadinessProbe());
        assertThat(pod(set).getInitContainers().get(0).getImage()).isEqualTo("apache/kafka:3.9.1");
    }

    @Test
    void composeSetsWhatTheRouterKnowsAndGivesEachRouterWhatItNeedsForItself() throws Exception {
        JsonNode services = GroupFiles.compose().path("services");
        Set<String> nodes = new TreeSet<>();
        Set<String> ports = new TreeSet<>();
        Set<String> volumes = new TreeSet<>();
        for (String name : List.of("router-a", "router-b", "router-c")) {
            JsonNode service = services.path(name);
            Map<String, String> environment = GroupFiles.environment(service);
            assertKnown(environment.keySet());
            environment.replaceAll((variable, value) -> value.replaceFirst("\\$\\{.*}", "p"));
            environment.put("DT_SERVICE_ACCOUNT_EMAIL", "a@p.serviceaccount.d21s.com");
            Settings settings = settings(environment);
            assertThat(settings.get(Setting.KAFKA_REPLICATION)).isEqualTo("3");
            nodes.add(settings.get(Setting.KAFKA_NODE));
            ports.add(settings.get(Setting.HTTP_PORT));
            volumes.add(service.at("/volumes/0").asText());
            assertThat(texts(service.path("volumes"))).contains("lib:/router/lib:ro", "./routes:/router/routes:ro");
            assertThat(service.at("/depends_on/kafka-client/condition").asText())
                    .isEqualTo("service_completed_successfully");
            assertThat(service.path("read_only").asBoolean()).isTrue();
        }
        assertThat(nodes).hasSize(3);
        assertThat(ports).hasSize(3);
        assertThat(volumes).hasSize(3).allMatch(volume -> volume.endsWith(":/data"));
    }

    @Test
    void theBrokersOfComposeKnowEachOtherAndAreWhereTheRoutersLook() throws Exception {
        JsonNode compose = GroupFiles.compose();
        List<String> servers = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            Map<String, String> broker = GroupFiles.broker(compose.at("/services/kafka-" + number));
            String client = broker.get("advertised.listeners");
            String[] listeners = broker.get("listeners").split(",");
            assertThat(listeners[0]).isEqualTo(client);
            servers.add(client.replace("PLAINTEXT://", ""));
            voters.add(broker.get("node.id") + "@" + listeners[1].replace("CONTROLLER://", ""));
        }
        assertThat(GroupFiles.environment(compose.at("/services/router-a")).get("DT_KAFKA_BOOTSTRAP_SERVERS"))
                .isEqualTo(String.join(",", servers));
        assertThat(GroupFiles.broker(compose.at("/services/kafka-1")).get("controller.quorum.voters"))
                .isEqualTo(String.join(",", voters));
    }

    @Test
    void composeUsesNoVolumeAndNoSecretThatItDoesNotDeclare() throws Exception {
        JsonNode compose = GroupFiles.compose();
        Set<String> declared = new TreeSet<>();
        compose.path("volumes").fieldNames().forEachRemaining(declared::add);
        Set<String> used = new TreeSet<>();
        compose.path("services")
                .forEach(service -> texts(service.path("volumes")).stream()
                        .map(volume -> volume.split(":")[0])
                        .filter(volume -> !volume.startsWith("."))
                        .forEach(used::add));

        assertThat(used).isEqualTo(declared);
        assertThat(texts(compose.at("/services/router-a/secrets"))).containsExactly("dt");
        assertThat(compose.path("secrets").has("dt")).isTrue();
    }

    private static PodSpec pod(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec();
    }

    private static Container router(StatefulSet set) {
        return pod(set).getContainers().get(0);
    }
}
