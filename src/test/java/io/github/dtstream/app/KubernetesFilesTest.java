package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.github.dtstream.app.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kubernetes manifests are valid for the API, and agree with the image, the settings and the shipped routes. */
class KubernetesFilesTest {
    private static final Path MANIFESTS = Path.of("src/kubernetes");

    @TempDir
    private Path folder;

    private static String text(String name) throws IOException {
        return Files.readString(MANIFESTS.resolve(name));
    }

    private static StatefulSet statefulSet() throws IOException {
        return (StatefulSet) Manifests.read(text("statefulset.yaml")).get(0);
    }

    private static PodSpec pod() throws IOException {
        return statefulSet().getSpec().getTemplate().getSpec();
    }

    private static Container router() throws IOException {
        return pod().getContainers().get(0);
    }

    private static JsonNode kustomization() throws IOException {
        return Manifests.documents(text("kustomization.yaml")).get(0);
    }

    private static List<String> texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(each -> all.add(each.asText()));
        return all;
    }

    @Test
    void areWhatTheApiTakes() throws IOException {
        for (String resource : texts(kustomization().path("resources"))) {
            assertThat(Manifests.read(text(resource))).as(resource).isNotEmpty();
        }
    }

    @Test
    void aFieldThatTheApiDoesNotHaveIsFoundAndSoIsAValueOfAnotherKind() throws IOException {
        String yaml = text("statefulset.yaml");

        assertThatThrownBy(() -> Manifests.read(yaml.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem")))
                .hasMessageContaining("readOnlyRootFileSystem");
        assertThatThrownBy(() -> Manifests.read(yaml.replace("        - name: tmp\n", "        - nam: tmp\n")))
                .hasMessageContaining("\"nam\"");
        assertThatThrownBy(() -> Manifests.read(yaml.replace("replicas: 1", "replicas: one")))
                .hasMessageContaining("one");
    }

    @Test
    void setWhatTheRouterKnows() throws IOException {
        List<String> known = new ArrayList<>(List.of("JDK_JAVA_OPTIONS"));
        Stream.concat(Setting.keys().stream(), Setting.fileKeys().stream())
                .forEach(key -> known.add(Setting.environmentVariable(key)));

        assertThat(router().getEnv()).extracting(EnvVar::getName).isSubsetOf(known);
        String secret = router().getEnv().stream()
                .filter(variable -> variable.getName().endsWith("_FILE"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
        assertThat(kustomization().at("/secretGenerator/0/files/0").asText())
                .startsWith(Path.of(secret).getFileName() + "=");
        assertThat(mount(Path.of(secret).getParent().toString()).getName()).isEqualTo("secrets");
    }

    private static VolumeMount mount(String path) throws IOException {
        return router().getVolumeMounts().stream()
                .filter(mount -> mount.getMountPath().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted on " + path));
    }

    @Test
    void mountEveryVolumeWhereTheImageLooks() throws IOException {
        List<String> volumes = pod().getVolumes().stream().map(Volume::getName).collect(Collectors.toList());
        statefulSet()
                .getSpec()
                .getVolumeClaimTemplates()
                .forEach(claim -> volumes.add(claim.getMetadata().getName()));

        assertThat(router().getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(mount("/data").getName()).isEqualTo("data");
        assertThat(mount("/router/routes").getName()).isEqualTo("routes");
        assertThat(mount("/router/application.properties").getSubPath()).isEqualTo("application.properties");
    }

    @Test
    void holdEveryShippedRouteAndItsAlarmRules() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            assertThat(new TreeSet<>(texts(kustomization().at("/configMapGenerator/1/files"))))
                    .isEqualTo(files.filter(Files::isRegularFile)
                            .map(Path::toString)
                            .filter(name -> !name.endsWith(".test.yaml"))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** The Pod Security Standard "restricted", and the image's user. */
    @Test
    void runWithoutRights() throws IOException {
        assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod().getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod().getAutomountServiceAccountToken()).isFalse();
        assertThat(router().getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(router().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(router().getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<user>" + pod().getSecurityContext().getRunAsUser() + ":");
    }

    @Test
    void probesRunInTheContainerAndLeaveTimeForTheHandOver() throws IOException {
        Container router = router();
        for (Probe probe : List.of(router.getStartupProbe(), router.getLivenessProbe(), router.getReadinessProbe())) {
            assertThat(probe.getExec().getCommand()).startsWith("/opt/java/bin/java", "@/router/probe.options");
            assertThat(HealthProbe.ask(
                            folder, probe.getExec().getCommand().subList(2, 3).toArray(String[]::new), System.out))
                    .as("an answer to %s, and not 'wrong question'", probe)
                    .isEqualTo(1);
        }
        Probe startup = router.getStartupProbe();
        assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
                .as("seconds that a start may take, a minute of waiting for the lock included")
                .isGreaterThanOrEqualTo(120);
        assertThat(statefulSet().getSpec().getReplicas()).isEqualTo(1);
    }

    @Test
    void kustomizePutsThemTogetherWithRoutesSettingsAndSecret() throws Exception {
        for (String name : List.of("kustomization.yaml", "statefulset.yaml", "service.yaml")) {
            Files.copy(MANIFESTS.resolve(name), folder.resolve(name));
        }
        Files.copy(Path.of("application.properties"), folder.resolve("application.properties"));
        Files.createDirectory(folder.resolve("routes"));
        for (String route : texts(kustomization().at("/configMapGenerator/1/files"))) {
            Files.copy(Path.of(route), folder.resolve(route));
        }
        Files.writeString(folder.resolve("secret"), "s");

        List<HasMetadata> all = Manifests.read(Manifests.kustomized(folder));

        assertThat(all)
                .extracting(HasMetadata::getKind)
                .containsOnlyOnceElementsOf(List.of("Secret", "Service", "StatefulSet"));
        StatefulSet set = all.stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .findFirst()
                .orElseThrow();
        List<String> names =
                all.stream().map(each -> each.getMetadata().getName()).toList();
        for (Volume volume : set.getSpec().getTemplate().getSpec().getVolumes()) {
            if (volume.getConfigMap() != null) {
                assertThat(names).contains(volume.getConfigMap().getName());
            }
            if (volume.getSecret() != null) {
                assertThat(names).contains(volume.getSecret().getSecretName());
            }
        }
        assertThat(names).contains("dt-stream-router-routes");
    }
}
