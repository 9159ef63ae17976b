package io.github.dtstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requirements of Maven Central for an artifact. */
final class MavenCentralTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/project/groupId",
                "/project/artifactId",
                "/project/version",
                "/project/name",
                "/project/description",
                "/project/url",
                "/project/licenses/license/name",
                "/project/licenses/license/url",
                "/project/developers/developer/name",
                "/project/scm/connection",
                "/project/scm/developerConnection",
                "/project/scm/url"
            })
    void thePomSaysWhoseItIsAndWhereItIsFrom(String element) throws IOException {
        assertThat(ProjectModel.read().texts(element)).hasSize(1).doesNotContain("");
    }

    @Test
    void itsProfilesMakeSourcesJavadocAndSignatures() throws IOException {
        assertThat(plugins("release")).contains("maven-source-plugin", "maven-javadoc-plugin");
        assertThat(plugins("central")).contains("maven-gpg-plugin", "central-publishing-maven-plugin");
    }

    @Test
    void itDependsOnNoSnapshotAndNoRepositoryOfItsOwn() throws IOException {
        ProjectModel pom = ProjectModel.read();

        assertThat(pom.texts("/project/dependencies/dependency/version | /project/properties/*"))
                .noneMatch(text -> text.endsWith("-SNAPSHOT"));
        assertThat(pom.texts("//repository | //pluginRepository")).isEmpty();
    }

    private static List<String> plugins(String profile) throws IOException {
        return ProjectModel.read()
                .texts("/project/profiles/profile[id='" + profile
                        + "']/build/plugins/plugin[executions/execution/goals/goal or extensions='true']/artifactId");
    }
}
