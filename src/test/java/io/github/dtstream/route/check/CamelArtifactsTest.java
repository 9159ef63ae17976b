package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.ProjectModel;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.junit.jupiter.api.Test;

final class CamelArtifactsTest {
    @Test
    void everyComponentOfCamelsIsInTheArtifactThatItsCatalogSays() throws Exception {
        CamelCatalog catalog = new DefaultCamelCatalog();
        assumeTrue(
                ProjectModel.read().texts("/project/properties/camel.version").contains(catalog.getCatalogVersion()),
                "these are the tests with another version of Camel");
        Map<String, String> wrong = new TreeMap<>();
        for (String scheme : catalog.findComponentNames()) {
            JsonNode component = new ObjectMapper()
                    .readTree(catalog.componentJSonSchema(scheme))
                    .path("component");
            String artifact = component.path("artifactId").asText();
            if (!artifact.equals(CamelArtifacts.of(scheme).orElse(null))) {
                wrong.put(scheme, artifact);
            }
        }

        assertThat(catalog.findComponentNames()).hasSizeGreaterThan(300);
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatIsNoneOfCamelsHasNoArtifact() {
        assertThat(CamelArtifacts.of("tmier")).isEmpty();
    }
}
