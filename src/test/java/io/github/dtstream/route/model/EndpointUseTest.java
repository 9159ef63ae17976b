package io.github.dtstream.route.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.nodes.Node;

class EndpointUseTest {
    @Test
    void findsEveryAddressInTheOrderOfTheText() {
        assertThat(uses("""
                - route:
                    from:
                      uri: timer:t
                      steps:
                        - to: direct:a
                        - wireTap: {uri: seda:b}
                        - choice:
                            when:
                              - simple: "${body}"
                                steps:
                                  - toD: "file:${header.x}"
                        - pollEnrich: {expression: {constant: "x"}}
                        - to: " "
                """))
                .extracting(use -> use.role() + " " + use.address())
                .containsExactly("from timer:t", "to direct:a", "wireTap seda:b", "toD file:${header.x}");
    }

    /** A bean's property or an option may have the name of a step. */
    @Test
    void takesNoOptionOrPropertyForAnAddress() {
        assertThat(uses("""
                - beans:
                    - name: b
                      type: T
                      properties: {to: "direct:a"}
                      constructors: {0: {uri: "direct:b"}}
                - route:
                    from:
                      uri: smtp:host
                      parameters: {to: "a@b.c", from: "d@e.f"}
                      steps: []
                """)).extracting(EndpointUse::address).containsExactly("smtp:host");
    }

    @Test
    void knowsOptionsFromBothPlacesAndInBothSpellings() {
        EndpointUse use = uses("""
                - from:
                    uri: file:in?delete=true&charset=&=x&noop
                    parameters: {file-name: "a.txt", delete: false}
                    steps: []
                """).get(0);

        assertThat(use.option("fileName")).contains("a.txt");
        assertThat(use.option("delete")).as("the later place counts").contains("false");
        assertThat(use.option("charset")).contains("");
        assertThat(use.option("noop")).isEmpty();
        assertThat(use.options()).hasSize(3);
        assertThat(use.path()).isEqualTo("in");
        assertThat(use.isSource()).isTrue();
    }

    @Test
    void readsTheSchemeAndWhatFollowsIt() {
        assertThat(parse("FILE://out?x=y").address()).isEqualTo("file:out");
        assertThat(parse(" log ").scheme()).isEqualTo("log");
        assertThat(parse(" log ").path()).isEmpty();
        assertThat(parse("http://host:80/a").path()).isEqualTo("host:80/a");
    }

    @Test
    void leavesAnAddressInASettingAsItIs() {
        EndpointUse use = parse("{{sink.url:log:a}}?level=DEBUG");

        assertThat(use.address()).isEqualTo("{{sink.url:log:a}}");
        assertThat(use.path()).isEmpty();
        assertThat(use.option("level")).contains("DEBUG");
    }

    @Test
    void saysWhetherAnAddressIsKnownBeforeAMessageComes() {
        assertThat(parse("direct:a").dynamic()).isFalse();
        assertThat(parse("file:out?fileName=${header.x}").dynamic()).isTrue();
        assertThat(uses("- from: {uri: 'timer:t', steps: [{toD: 'direct:a'}]}")
                        .get(1)
                        .dynamic())
                .isTrue();
    }

    @Test
    void aMessageChannelIsNoSource() {
        assertThat(parse("direct:a").isSource()).isFalse();
    }

    private static EndpointUse parse(String address) {
        return uses("- from: {uri: 'timer:t', steps: [{to: '" + address + "'}]}")
                .get(1);
    }

    private static List<EndpointUse> uses(String yaml) {
        RouteDocument document = RouteDocument.parse(RouteFile.of(Path.of("x.camel.yaml"), yaml));
        assertThat(document.findings()).isEmpty();
        return document.items().stream()
                .map(RouteDocument.Item::node)
                .flatMap((Node node) -> EndpointUse.in(node).stream())
                .toList();
    }
}
