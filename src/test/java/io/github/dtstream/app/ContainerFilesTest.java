package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files that start containers agree with the image and with the router's settings. */
class ContainerFilesTest {
    private static final Path IMAGE = Path.of("src/image");

    private static JsonNode router() throws IOException {
        Object compose = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(IMAGE.resolve("compose.yaml")));
        return new ObjectMapper().valueToTree(compose).at("/services/router");
    }

    @Test
    void composeSetsWhatTheRouterKnowsAndMountsWhatTheImageHas() throws IOException {
        JsonNode router = router();
        List<String> variables = new ArrayList<>();
        router.path("environment").fieldNames().forEachRemaining(variables::add);
        List<String> known = new ArrayList<>(List.of("JDK_JAVA_OPTIONS"));
        Setting.keys().forEach(key -> known.add(Setting.environmentVariable(key)));
        Setting.fileKeys().forEach(key -> known.add(Setting.environmentVariable(key)));

        assertThat(variables).isNotEmpty().isSubsetOf(known);
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<JDK_JAVA_OPTIONS>"
                        + router.at("/environment/JDK_JAVA_OPTIONS").asText() + "<")
                .contains("<volume>" + router.at("/volumes/0").asText().replaceFirst("data:", "") + "<");
        assertThat(router.path("read_only").asBoolean()).isTrue();
    }

    /** An option that Java does not support would keep the image from starting. */
    @Test
    void javaTakesTheOptionsOfTheImage() throws Exception {
        for (String file : List.of("java.options", "probe.options")) {
            Process java = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-showversion",
                            "@" + IMAGE.resolve(file),
                            "-version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            java.waitFor();
            // The probe's class is at its path in the image.
            assertThat(said).contains("64-Bit Server VM").doesNotContain("Unrecognized", "Could not create");
        }
    }
}
